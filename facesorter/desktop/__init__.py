"""What FaceSorter asks of the desktop it runs on: to stay awake, to show progress and notices, to show a file.

Each module holds the ways of all systems, chosen by the system's name; what a system's own library does is handed in,
so that a test can stand in for it. A desktop that cannot do something is no error: the log is told, and work goes on.
Nothing here reads a photo, and nothing here waits in the caller's thread.
"""
