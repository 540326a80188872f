"""One run, step by step: scan, enrol, ask, settle, decide, copy. Each step is a generator of events.

A generator makes cancelling natural: whoever listens stops asking and closes it, and it cleans up after itself.
"""
