"""What argparse says by itself, in the user's language.

It looks its sentences up in a catalog of the system's, which has none of them, and only in the language of the
environment. Newer versions of Python have a few other sentences, which stay English.
"""

from __future__ import annotations

import argparse

from facesorter.domain.messages import N_, gettext, ngettext

SENTENCES = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)


def translate_argparse() -> None:
    """From now on argparse looks its sentences up as everything else does."""
    for name, function in (("_", gettext), ("ngettext", ngettext)):
        setattr(argparse, name, function)
