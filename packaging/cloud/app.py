"""Makes the templates: `python app.py --out DIR -c engine=local`, or as the app of `cdk deploy`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the views' text is the program's own

from options import Options  # noqa: E402
from stack import FaceDuplicates  # noqa: E402

IN_A_FUNCTION = ("__init__.py", "domain", "duplicates")
"""What of the package a function needs where Rekognition does the looking; boto3 is there already."""

IN_AN_IMAGE = ("facesorter", "resources", "packaging", "pyproject.toml", "README.md", "LICENSE")
"""What an image is built of, besides its Dockerfile."""

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.qm", "cloud", "cdk.out")


def main() -> None:
    """Make them, and end with 1 if a rule is broken."""
    parser = argparse.ArgumentParser(description="Make the templates of the cloud.")
    parser.add_argument("--out", metavar="DIR", help="where they go (cdk's own choice)")
    parser.add_argument("-c", "--context", action="append", default=[], metavar="NAME=VALUE", help="see options.py")
    arguments = parser.parse_args()
    pairs = (word.partition("=") for word in arguments.context)
    try:
        with tempfile.TemporaryDirectory() as folder:
            app = built({name: value for name, _, value in pairs}, arguments.out, folder)
            Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))
            app.synth()
    except ValueError as error:
        sys.exit(str(error))


def built(context: dict[str, str], out: str | None, folder: str) -> App:
    """The app, not yet made into templates; what functions run is gathered in `folder`.

    Raises `ValueError` for a choice that cannot be.
    """
    app = App(context=context, outdir=out)
    options = Options.of(app.node)
    FaceDuplicates(app, "FaceDuplicates", options=options, code=gathered(options, folder))
    return app


def gathered(options: Options, folder: str) -> str:
    """The folder of what a function runs, below `folder`; always the same bytes for the same sources."""
    if options.engine == "local":
        target = Path(folder, "image")
        target.mkdir()
        for name in IN_AN_IMAGE:
            _copy(ROOT / name, target / name)
        shutil.copy(Path(__file__).parent / "image" / "Dockerfile", target)
        return os.fspath(target)
    target = Path(folder, "function")
    (target / "facesorter").mkdir(parents=True)
    for name in IN_A_FUNCTION:
        _copy(ROOT / "facesorter" / name, target / "facesorter" / name)
    return os.fspath(target)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_LEFT_OUT)
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    main()
