"""The guide, what FaceSorter is made of, and whether all of it works: a window of its own, without a network."""
