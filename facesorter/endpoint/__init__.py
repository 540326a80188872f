"""A server on this computer that speaks Amazon Rekognition's protocol, with any face engine behind it.

How one call travels: `http` reads the request, in `room` that all bodies share. `server` says from its head whether it
is worth reading and has `signature` check who asks if a key is configured; `faults` spoils the call if a test wants
that. `wire` turns the JSON into checked values by botocore's own model of the service, and `service`, which holds one
method an operation, answers. `pictures` fetches and reads the pictures (with `objects` for those in S3), `collections`
remembers faces between calls, and `domain.quality_bars` holds the bars of QualityFilter.
"""
