"""One run, step by step: scan, enrol, analyze, grow, decide, copy. Each step is a generator of events.

A generator makes cancelling natural: whoever listens stops analyzing and closes it, and it cleans up after itself.
"""
