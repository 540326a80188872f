"""`facesorter endpoint`: speak Rekognition's protocol on this computer."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from typing import Any

from facesorter.app import App
from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "endpoint", parents=[shared], help=_("run a local server that speaks Amazon Rekognition's protocol")
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help=_("the address to listen on; any but this computer's own needs a key")
    )
    parser.add_argument(
        "--port", type=_port, default=0, help=_("the port; 0 picks a free one, which the first line names")
    )
    parser.add_argument("--s3-folder", metavar="DIR", help=_("serve DIR/bucket/key as S3 objects"))
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=NUMBER", help=_("simulate faults"))
    parser.set_defaults(command=endpoint)


def _port(text: str) -> int:
    if not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(_("must be from 0 to 65535"))
    return int(text)


def endpoint(options: argparse.Namespace, paths: AppPaths) -> int:
    """Serve until interrupted; the exit code."""
    from facesorter.endpoint.faults import Faults
    from facesorter.endpoint.opening import EndpointOptions, opened

    if options.s3_folder is not None and not os.path.isdir(options.s3_folder):
        raise WrongUse(_("{s3_folder} is no folder.").format(s3_folder=options.s3_folder), _("Check the spelling."))
    faults = Faults.parse(options.fault)
    chosen = EndpointOptions(str(paths.collections), options.host, options.port, options.s3_folder, faults)
    app = App(paths)
    app.open()  # its collections lie in the profile, which nobody may erase meanwhile
    try:
        with opened(app.engine, chosen, os.environ) as served:
            print(served.address, flush=True)
            with suppress(KeyboardInterrupt):
                served.run()
    finally:
        app.close()
    return 0
