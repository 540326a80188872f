"""A server on this computer that speaks Amazon Rekognition's protocol, with any face engine behind it.

How one call travels: `server` takes the HTTP request, has `signature` check who asks if a key is configured, lets
`faults` spoil the call if a test wants that, has `wire` turn the JSON into checked values by botocore's own model of
the service, and hands them to `service`, which holds one method an operation. `pictures` fetches and reads the
pictures (with `objects` for those in S3), `collections` remembers faces between calls, `quality` holds the bars of
QualityFilter, and `shapes` puts the answers into Rekognition's words.
"""
