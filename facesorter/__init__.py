"""FaceSorter finds the photos that show a person and copies them into `PhotosWith<Name>`.

How one photo travels
---------------------
`places.disk.source` lists the folders and `pipeline.scan` has the catalog select what it lists; a photo unchanged since
the last run is known already, and nothing of it is read. `pipeline.analyze` reads each other photo once and asks the
engine about it: `images` decodes it, `engines.local.detect` finds the faces, `engines.local.recognize` says what each
looks like, and the analysis is stored in `storage.catalog` under the photo's content; `pipeline.analyze_stored` asks a
service about objects of S3 where they lie, without reading them. `pipeline.decide` scores stored analyses against the
people of the run, `domain.matching` turns scores into piles, and what is sure by the headshots alone is copied at
once. When every photo has its analysis, `pipeline.grow_references` lets confident matches join the references, and one
more pass over the stored analyses gives each photo its final verdict.

A copy begins as a `domain.planning.CopyOrder`; `storage.journal` writes down the intention, `places.disk.copier` writes
under a temporary name and verifies, `places.disk.publishing` gives the file a name that nothing has, and the journal
records it. What the user says is a decision in the catalog; `plan_copies` says what they change, and `pipeline.copy`
and `pipeline.undo` make it so.

Every step is a generator of `domain.events`. `pipeline.sort` strings them together, `app` builds what they work
with, and `cli` and `ui` show the same events.

Whoever writes says so in `domain.changes`, and pages of the window that show it refresh themselves.
"""

import os

# Photos are looked at in parallel, each on one thread. Threads of numpy's own would wait for each other busily: a pass
# over 100,000 photos' faces takes twice as long with two of them. It must be said before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.2.0"

# Since 1.29 onnxruntime tells its maker of each model it loads, unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
