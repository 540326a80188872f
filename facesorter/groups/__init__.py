"""Which unnamed faces belong together.

Face vectors enter, photo by photo or thousands at once; groups of faces leave, largest first. Nothing here knows where
a vector comes from, who anybody is, or what is stored.
"""
