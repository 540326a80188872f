"""What a run works with: its engines, where photos come from and copies go, and what keeps the records."""

from __future__ import annotations

from dataclasses import dataclass

from facesorter.domain.ports import (
    Catalog,
    CompanionFinder,
    Copier,
    Executor,
    FaceEngine,
    Journal,
    Meter,
    PhotoSource,
    SidecarMaker,
    WhereItLies,
)
from facesorter.pipeline.second_opinion import Second


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with."""

    engine: FaceEngine
    source: PhotoSource
    catalog: Catalog
    journal: Journal
    copier: Copier
    executor: Executor
    second: Second | None = None
    """Whose opinion is paid for, where `engine` looks first."""
    meter: Meter | None = None
    """What is spent, if anything may be."""
    where_it_lies: WhereItLies | None = None
    """Spares the download of photos in S3, if `engine` is a service that can get at them."""
    companions: CompanionFinder | None = None
    sidecars: SidecarMaker | None = None
