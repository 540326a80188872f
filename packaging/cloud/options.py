"""What can be chosen when the templates are made: `-c name=value`, to `synth` as well as to `cdk deploy`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, cast

from constructs import Node

CALLS_OF_A_WORKER = 2.0
"""Calls a second of one operation that a function makes which takes one picture after another: a call takes about half
a second, and a picture of two faces is one IndexFaces and two SearchFaces."""

LEAST_WORKERS, MOST_WORKERS = 2, 1000
"""What Lambda accepts as the maximum concurrency of a queue."""


@dataclass(frozen=True, slots=True)
class Options:
    """One deployment's choices.

    `calls_per_second` is the account's quota for IndexFaces and SearchFaces (5 in most regions, 50 in some).
    Similarities are 0-100. `delete_pictures` lets `cdk destroy` delete both buckets with everything in them.
    `keep_days` expires pictures that are older; 0 keeps them.
    """

    engine: Literal["rekognition", "local"] = "rekognition"
    names: Literal["folder", "file"] = "folder"
    calls_per_second: float = 5.0
    report_from: float = 50.0
    notify_from: float = 90.0
    delete_pictures: bool = False
    keep_days: int = 0
    scan_limit_mb: int = 1024

    @property
    def workers(self) -> int:
        """The most functions at once that stay within the quota."""
        return max(LEAST_WORKERS, min(MOST_WORKERS, int(self.calls_per_second / CALLS_OF_A_WORKER)))

    @classmethod
    def of(cls, node: Node) -> Options:
        """The choices in a construct tree's context. Raises `ValueError` with a sentence for what cannot be."""
        given: dict[str, Any] = {}
        for field in fields(cls):
            value = node.try_get_context(field.name)
            if value is not None:
                given[field.name] = _parsed(field.name, str(value), cast("type", type(field.default)))
        options = cls(**given)
        _require(options.engine in ("rekognition", "local"), "engine is rekognition or local")
        _require(options.names in ("folder", "file"), "names is folder or file")
        _require(options.calls_per_second > 0, "calls_per_second is more than 0")
        _require(0 <= options.report_from <= 100, "report_from is 0 to 100")
        _require(0 <= options.notify_from <= 100, "notify_from is 0 to 100")
        _require(options.keep_days >= 0, "keep_days is 0 or more")
        _require(options.scan_limit_mb >= 10, "scan_limit_mb is 10 or more")
        return options


def _parsed(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        _require(text.lower() in ("true", "false"), f"{name} is true or false")
        return text.lower() == "true"
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{name} is a number, not “{text}”.") from None


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise ValueError(f"{rule}.")
