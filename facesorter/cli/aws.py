"""`facesorter aws`: who one is at Amazon Web Services, what is allowed, and the key to use."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from facesorter.app import App
from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import in_dollars
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser("aws", help=_("your account at Amazon Web Services"))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("login-check", parents=[shared], help=_("show your AWS identity and permissions"))
    add_account_options(check)
    check.set_defaults(command=login_check)
    key = actions.add_parser("import-key", parents=[shared], help=_("import the access key from an IAM .csv file"))
    key.add_argument("file", type=Path)
    key.set_defaults(command=import_key)
    forget = actions.add_parser("forget-key", parents=[shared], help=_("remove the imported key"))
    forget.set_defaults(command=forget_key)
    policy = actions.add_parser("policy", parents=[shared], help=_("print an IAM policy with the required permissions"))
    policy.add_argument("--bucket", action="append", default=[], metavar="NAME", help=_("a bucket that holds photos"))
    policy.add_argument(
        "--copies",
        action="append",
        default=[],
        metavar="s3://BUCKET/PREFIX",
        help=_("where copies go, as in --to"),
    )
    policy.set_defaults(command=print_policy)


def add_account_options(parser: argparse.ArgumentParser) -> None:
    """Options of every command that may act for the account."""
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--profile", help=_("an AWS profile (from `aws configure` or `aws configure sso`)"))
    key.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help=_("a .csv file from IAM; its key is used for this run and not kept"),
    )
    parser.add_argument("--region", help=_("the AWS region, such as eu-west-1"))


def login_check(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print it; 0 if faces may be compared, 3 if not."""
    from facesorter.engines.rekognition.prices import price_in

    app = App(paths)
    app.use_account(options.profile, options.region, options.key_file)
    account = app.cloud.account
    who = account.identity()
    price = price_in(account.region)
    known = _("{region}, {dollars} a call at most (as of {date})")
    guessed = _("{region}, {dollars} a call at most (as of {date}, guessed: the region is not in the table)")
    region = (known if price.listed else guessed).format(
        region=price.region, dollars=in_dollars(price.dollars_a_call), date=price.as_of
    )
    _print_table(((_("account"), who.account), (_("identity"), who.arn), (_("region"), region)))
    allowed = account.allowed()
    _print_table([(_("allowed") if may else _("MISSING"), action) for action, may in allowed.items()])
    if all(allowed.values()):
        return 0
    print(_("This policy grants the missing permissions:"))
    return print_policy(argparse.Namespace(bucket=[], copies=[]), paths) or 3


def _print_table(lines: Sequence[tuple[str, str]]) -> None:
    width = max(len(title) for title, _value in lines) + 2
    for title, value in lines:
        print(f"{title:<{width}}{value}")


def import_key(options: argparse.Namespace, paths: AppPaths) -> int:
    """Keep the key in the system's keyring."""
    from facesorter.engines.rekognition.credentials import read_key_file_at

    key = read_key_file_at(options.file)
    if not App(paths).keys.keep(key):
        raise WrongUse(
            _(
                "There is no keyring on this computer that could keep the key, "
                "and FaceSorter writes none in plain text."
            ),
            _(
                "Name the file with --key-file in each command, or use a profile "
                "(`aws configure` or `aws configure sso`, then --profile)."
            ),
        )
    print(
        _("The key {key_id} is in the keyring. Delete {file} now: anyone who has it can use your account.").format(
            key_id=key.key_id, file=options.file
        )
    )
    return 0


def forget_key(options: argparse.Namespace, paths: AppPaths) -> int:
    """Remove it."""
    del options
    App(paths).keys.forget()
    print(_("The keyring holds no imported key any more."))
    return 0


def print_policy(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print the policy."""
    from facesorter.engines.rekognition.account import minimal_policy

    del paths
    print(json.dumps(minimal_policy(options.bucket, options.copies), indent=2))
    return 0
