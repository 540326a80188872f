"""What the pipeline needs of the world, as protocols; `engines`, `places`, `storage` and `app` fulfil them."""

from facesorter.domain.ports.catalog import AnalyzedPage, AnalyzedPhoto, Catalog
from facesorter.domain.ports.copies import CompanionFinder, Copier, Journal, SidecarMaker
from facesorter.domain.ports.engines import (
    Analyses,
    Example,
    FaceEngine,
    FacePacking,
    LoadedPhotos,
    Meter,
    SeenPhoto,
    SheetEngine,
    WhereItLies,
)
from facesorter.domain.ports.executor import Executor
from facesorter.domain.ports.sources import PhotoSource, Watcher

__all__ = [
    "Analyses",
    "AnalyzedPage",
    "AnalyzedPhoto",
    "Catalog",
    "CompanionFinder",
    "Copier",
    "Example",
    "Executor",
    "FaceEngine",
    "FacePacking",
    "Journal",
    "LoadedPhotos",
    "Meter",
    "PhotoSource",
    "SeenPhoto",
    "SheetEngine",
    "SidecarMaker",
    "Watcher",
    "WhereItLies",
]
