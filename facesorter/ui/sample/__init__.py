"""A sample run: photos that the program draws are searched in a window with a profile of its own.

The engine looks at the drawings as at any photo, and its answers are not prepared. When the window is closed,
everything is deleted; the user's own profile learns nothing of it.
"""
