"""What FaceSorter knows and decides, in plain Python: no picture, database, network or window in sight.

Everything here imports the standard library only, so that a decision can be read, tested and trusted by itself.
"""
