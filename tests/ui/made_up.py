"""Services over made-up photos: the same methods as those of `app`, no file read, no engine asked.

Photo number n of a run has one face (every seventh none, every hundredth is damaged) and a similarity that follows
from n alone, so that a test knows every pile beforehand.
"""

import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from facesorter.app import App
from facesorter.app.albums import Albums
from facesorter.app.checking import Unfinished
from facesorter.app.cloud import Cloud
from facesorter.app.film_frame import ShownFrame, frame_of
from facesorter.app.health import Finding
from facesorter.app.insights import Insights
from facesorter.app.namesakes import Namesakes
from facesorter.app.people import People
from facesorter.app.references import References
from facesorter.app.services import ComparisonService, HeadshotService, NameService, Services, SessionService
from facesorter.app.suggestions import Suggestions
from facesorter.app.why import Why
from facesorter.domain.changes import Changes
from facesorter.domain.errors import PhotoError, WrongUse
from facesorter.domain.events import (
    CopyTakenBack,
    CostEstimated,
    Event,
    MoneySpent,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    PhotosFound,
    RunFinished,
    RunPaused,
)
from facesorter.domain.matching import pile
from facesorter.domain.models import (
    Appearance,
    BoundingBox,
    Comparison,
    Decision,
    Face,
    Landmarks,
    Match,
    Person,
    Photo,
    Pile,
    Point,
    Pose,
    Quality,
    Score,
    Verdict,
)
from facesorter.domain.names import folder_name
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.planning import CopyOrder, CopyPlan, CopyRecord
from facesorter.domain.ports import Executor, PhotoSource
from facesorter.domain.spending import Cost, PricedTerms, SavingsMode, StopSignal, Terms
from facesorter.domain.wire import face_detail
from facesorter.engines.rekognition.credentials import KeyStore
from facesorter.paths import AppPaths
from facesorter.pipeline.compare import CompareEvent, PictureCompared
from facesorter.pipeline.enrol import Headshot, HeadshotReport, PersonRequest
from facesorter.pipeline.named_people import NamedPerson
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.reconsider import Rescored
from facesorter.pipeline.report import ReportHead, ReportLine, ReportWords
from facesorter.pipeline.sort_request import SortRequest
from facesorter.settings import Settings

CALL = Decimal("0.001")
"""What a call costs, in dollars."""

MIDDLE = Point(0.5, 0.5)
FACE = Face(
    BoundingBox(0.3, 0.2, 0.4, 0.5),
    99.0,
    Landmarks(MIDDLE, MIDDLE, MIDDLE, MIDDLE, MIDDLE),
    Pose(0, 0, 0),
    Quality(60, 60),
)


def score_of(number: int, person: int) -> Score:
    """What the made-up engine says of photo `number`."""
    if number % 7 == 0:
        return Score(0.0, None)
    return Score((number * 37 + person * 11) % 1000 / 10, 0)


def photo_of(number: int) -> Photo:
    """Photo `number`; ids are not rows, so that nothing works by confusing them."""
    return Photo(
        1_000_000 - number, f"/photos/IMG_{number:05}.jpg", 3_000_000, 1_600_000_000_000_000_000, bytes([number % 256])
    )


def drawn() -> bytes:
    """A small picture of a circle where `FACE` is."""
    image = QImage(120, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("#8090a0"))
    painter = QPainter(image)
    painter.setBrush(QColor("#e0c0a0"))
    painter.drawEllipse(36, 16, 48, 40)
    painter.end()
    data = QBuffer()
    QImageWriter(data, b"PNG").write(image)
    return bytes(data.data().data())


@dataclass
class MadeUpApp:
    """A `Services` whose runs, headshots and names are made up; the others are those of a real app over `profile`.

    `photos` is how many a run finds; `gate`, where there is one, is waited for before each photo after the tenth;
    `learns` is what an answer changes of every similarity; so many photos in a row are `alike`."""

    profile: Path
    photos: int = 60
    gate: threading.Event | None = None
    fails_with: BaseException | None = None
    pauses: int = 0
    settings: Settings = field(default_factory=Settings)
    decided: list = field(default_factory=list)
    closed: list = field(default_factory=list)
    copied: dict = field(default_factory=dict)
    refusal: BaseException | None = None
    undone: list = field(default_factory=list)
    watched: list = field(default_factory=list)
    watching: bool = False
    arriving: list = field(default_factory=list)
    said: list = field(default_factory=list)
    said_faces: dict = field(default_factory=dict)
    looked_back: list = field(default_factory=list)
    left: list = field(default_factory=list)
    learns: float = 0.0
    request: SortRequest | None = None
    report: tuple | None = None
    alike: int = 0
    picture: bytes = field(default_factory=drawn)

    def __post_init__(self) -> None:
        self.real = App(AppPaths(self.profile))
        self.headshots: HeadshotService = MadeUpHeadshots()
        self.names: NameService = MadeUpNames()
        self.comparisons: ComparisonService = self.real.comparisons

    def close(self) -> None:
        """Close what the real services have opened."""
        self.real.close()

    @property
    def paths(self) -> AppPaths:
        return self.real.paths

    @property
    def changes(self) -> Changes:
        return self.real.changes

    @property
    def people(self) -> People:
        return self.real.people

    @property
    def albums(self) -> Albums:
        return self.real.albums

    @property
    def namesakes(self) -> Namesakes:
        return self.real.namesakes

    @property
    def references(self) -> References:
        return self.real.references

    @property
    def suggestions(self) -> Suggestions:
        return self.real.suggestions

    @property
    def why(self) -> Why:
        return self.real.why

    @property
    def insights(self) -> Insights:
        return self.real.insights

    @property
    def keys(self) -> KeyStore:
        return self.real.keys

    @property
    def cloud(self) -> Cloud:
        return self.real.cloud

    def what_stays(self, person: Person | None = None) -> list[str]:
        return self.real.what_stays(person)

    def findings(self) -> Iterator[Finding]:
        return self.real.findings()

    def use_account(self, profile: str | None = None, region: str | None = None, key_file: Path | None = None) -> None:
        self.real.use_account(profile, region, key_file)

    def forget_everything(self) -> None:
        self.real.forget_everything()

    def save(self, settings: Settings) -> None:
        self.settings = settings

    def unfinished(self, threshold: float) -> list[Unfinished]:
        return self.left

    def left_of_everybody(self, threshold: float, between: Callable[[], None] = lambda: None) -> list[Unfinished]:
        return self.left

    def session(self) -> SessionService:
        return MadeUpSession(self)

    def read(self, path: str) -> bytes:
        if not self.picture or "unreadable" in path:
            raise PhotoError("This file is damaged.")
        return self.picture

    def _events(self, number: int, people: list[Person], request: SortRequest, *, final: bool) -> Iterator[Event]:
        photo = photo_of(number)
        if number % 100 == 99:
            yield PhotoFailed(photo, "This file is damaged.", final)
            return
        verdicts = []
        for place, person in enumerate(people):
            score = score_of(number, place)
            verdicts.append(Verdict(person, pile(score, request.threshold, None), score))
        yield PhotoCompared(photo, tuple(verdicts), final)
        for verdict in verdicts:
            if final and verdict.pile is Pile.SURE and not request.dry_run:
                target = f"/copies/{verdict.person.folder_name}/{number}.jpg"
                there = target in self.copied
                self.copied[target] = verdict.person, photo
                yield (PhotoAlreadyThere if there else PhotoCopied)(photo, verdict.person, target)


class MadeUpNames:
    """Other programs named these `people` in the photos, and Ben has no face anywhere; `gate` is waited for before
    they are told."""

    def __init__(self, *people: NamedPerson) -> None:
        self.people = list(people)
        self.asked: list[Sequence[str]] = []
        self.recursive = True
        self.gate = threading.Event()
        self.gate.set()

    def find(self, places: Sequence[str], *, recursive: bool = True) -> Iterator[int | list[NamedPerson]]:
        self.asked.append(places)
        self.recursive = recursive
        yield 20
        self.gate.wait(5)
        yield self.people

    def peek(self, folders: Sequence[str], *, recursive: bool = True) -> Iterator[list[str]]:
        yield []
        yield [person.name for person in self.people]

    def requests(self, people: Iterable[NamedPerson]) -> tuple[PersonRequest, ...]:
        names = [person.name for person in people if person.name != "Ben"]
        return tuple(PersonRequest(name, (Headshot(f"/photos/{name}.jpg", 0),)) for name in names)


EIGHT = tuple(replace(FACE, box=BoundingBox(0.02 + 0.12 * place, 0.3, 0.1, 0.2)) for place in range(8))


class MadeUpHeadshots:
    """Stands in for `app.Headshots`; what is wrong with a picture stands in its name."""

    def examine(self, path: str) -> HeadshotReport:
        if "nobody" in path:
            return HeadshotReport(path, error="No face was found in this picture.")
        if "damaged" in path:
            return HeadshotReport(path, error="This file is damaged.")
        faces = (FACE,)
        if "two" in path:
            faces = (FACE, replace(FACE, box=BoundingBox(0.05, 0.1, 0.2, 0.2)))
        elif "team" in path or "group" in path:
            faces = EIGHT
        remarks = ("blurred",) if "blurred" in path else ()
        return HeadshotReport(path, faces, tuple(remarks for _ in faces))

    def same_person(self, headshots: Sequence[Headshot], threshold: float) -> bool:
        return all(threshold <= (30.0 if "stranger" in shot.path else 95.0) for shot in headshots[1:])


def face_at(left: float, side: float = 0.2) -> Face:
    """A face in its place from the left."""
    return replace(FACE, box=BoundingBox(left, 0.2, side, side))


def comparison(*similarities: float) -> Comparison:
    """The faces lie side by side, the later the larger."""
    matches = [
        Match(face_at(0.24 * place, 0.1 + 0.02 * place), similarity) for place, similarity in enumerate(similarities)
    ]
    return Comparison(FACE, tuple(sorted(matches, key=lambda match: -match.similarity)))


def price_of(calls: int, terms: Terms) -> PricedTerms:
    cost = Cost(calls, calls * CALL)
    return PricedTerms("eu-west-1", terms, cost, cost)


class MadeUpComparisons:
    """Stands in for `app.Comparisons`: by file name `answers` has similarities, or the sentence why there are none.

    `asked` are the pictures, and `sources` says which face each was compared with; `gate`, where there is one, is
    waited for before the fourth picture of a folder. Nothing is paid for.
    """

    def __init__(self, answers: Mapping[str, Sequence[float] | str | Exception]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.sources: list[int | None] = []
        self.gate: threading.Event | None = None

    def compare(self, source: Headshot, target_path: str, paid_work: PaidWork | None = None) -> Comparison:
        self.asked.append(target_path)
        self.sources.append(source.face_index)
        return comparison(*self._similarities(target_path))

    def compare_with_folder(
        self, source: Headshot, folder: str, executor: Executor, paid_work: PaidWork | None = None
    ) -> Generator[CompareEvent]:
        yield PhotosFound(len(self.answers), {".jpg": len(self.answers)})
        for number, name in enumerate(self.answers):
            if self.gate is not None and number == 3:
                self.gate.wait(10)
            photo = Photo(number, f"{folder}/{name}", 1, 1)
            self.asked.append(photo.path)
            try:
                yield PictureCompared(photo, (comparison(*self._similarities(photo.path)),))
            except PhotoError as error:
                yield PhotoFailed(photo, error.reason, final=True)

    def price_of_comparison(self, source: Headshot, place: str, terms: Terms, *, whole: bool) -> PricedTerms:
        return price_of(len(self.answers) if whole else 1, terms)

    def price_of_a_call(self, terms: Terms) -> PricedTerms:
        return price_of(1, terms)

    def analyze(self, path: str, paid_work: PaidWork | None = None) -> list[dict[str, Any]]:
        return [face_detail(match.face, Appearance()) for match in comparison(*self._similarities(path)).matches]

    def _similarities(self, path: str) -> Sequence[float]:
        answer = self.answers[path.rsplit("/", 1)[-1]]
        if isinstance(answer, str):
            raise PhotoError(answer)
        if isinstance(answer, Exception):
            raise answer
        return answer


class MadeUpSession:
    """Stands in for `app.Session`."""

    def __init__(self, app: MadeUpApp) -> None:
        self.app = app
        self.request: SortRequest | None = None
        self.run_ids: list[int] = []
        self.copies: list[str] = []
        self.spent: Cost | None = None

    def close(self) -> None:
        """Nothing to let go of."""

    def read(self, path: str) -> bytes:
        return self.app.read(path)

    def frame(self, path: str, seconds: float | None) -> ShownFrame:
        return frame_of(path, seconds, self.read)

    def taken_at(self) -> dict[int, int]:
        if self.request is None:
            return {}
        return {photo_of(n).id: 1_600_000_000 + n * 7919 % 1000 for n in range(self.app.photos) if n % 3}

    def count(self, request: SortRequest) -> Iterator[Event]:
        yield PhotosFound(self.app.photos, {".jpg": self.app.photos})

    def queries_here(self) -> tuple[PersonQuery, ...]:
        return ()

    def faces_of(self, photo_id: int) -> list[tuple[Face, list[float]]]:
        if self.request is None:
            raise WrongUse("No photos were looked through yet.")
        return [(FACE, [50.0] * len(self.request.people))]

    def said_faces(self, photo_id: int) -> dict[int, frozenset[int]]:
        return self.app.said_faces.get(photo_id, {})

    def decide_faces(self, person: Person, photo: Photo, boxes: Sequence[BoundingBox]) -> None:
        places = (box.same_face([FACE.box]) for box in boxes)
        theirs = frozenset(place for place in places if place is not None)
        self.app.said_faces.setdefault(photo.id, {})[person.id] = theirs
        self.app.decided.append((person.name, photo.id, Decision.YES))

    def people(self, request: SortRequest) -> list[Person]:
        return [Person(n + 1, one.name, folder_name(one.name)) for n, one in enumerate(request.people)]

    def run(
        self,
        request: SortRequest,
        executor: Executor,
        source: PhotoSource | None = None,
        stopped: StopSignal | None = None,
    ) -> Generator[Event]:
        self.app.request = self.request = request
        people = self.people(request)
        try:
            yield PhotosFound(self.app.photos, {".jpg": self.app.photos})
            if 7 not in self.run_ids:
                self.run_ids.append(7)
            if request.terms is not None:
                cost = Cost(self.app.photos, self.app.photos * CALL)
                yield CostEstimated(request.terms.savings, cost, cost, request.terms.most_dollars)
                self.spent = Cost(3, 3 * CALL)
                yield MoneySpent(Cost(1, CALL))
            if self.app.fails_with is not None:
                raise self.app.fails_with
            for _ in range(self.app.pauses):
                yield RunPaused("The disk is full.")
            for final in (False, True):
                for number in range(self.app.photos):
                    if self.app.gate is not None and number > 10:
                        self.app.gate.wait()
                    yield from self._made(self.app._events(number, people, request, final=final))
            yield RunFinished(7, ())
        finally:
            self.app.closed.append(threading.get_ident())

    def look_back(self, request: SortRequest) -> Iterator[Event]:
        self.app.looked_back.append(request)
        self.app.request = self.request = request
        people = self.people(request)
        yield PhotosFound(self.app.photos, {".jpg": self.app.photos})
        for number in range(self.app.photos):
            if number % 100 != 99:
                yield from self.app._events(number, people, replace(request, dry_run=True), final=True)
        self.run_ids.append(9)
        yield RunFinished(0, ())

    def watch(self, request: SortRequest, executor: Executor, stopped: threading.Event) -> Iterator[Event]:
        self.app.watched.append(request)
        self.app.watching = True
        try:
            yield from self._watch(request, executor, stopped)
        finally:
            self.app.watching = False

    def _watch(self, request: SortRequest, executor: Executor, stopped: threading.Event) -> Iterator[Event]:
        yield from self.run(request, executor)
        people = self.people(request)
        while not stopped.wait(0.01):
            while self.app.arriving:
                if 8 not in self.run_ids:
                    self.run_ids.append(8)
                arrived = self.app.arriving.pop()
                if isinstance(arrived, RunPaused):
                    yield arrived
                    continue
                yield from self._made(self.app._events(arrived, people, request, final=True))
                yield RunFinished(8, ())

    def price(self, request: SortRequest) -> PricedTerms:
        if self.app.refusal is not None:
            raise self.app.refusal
        return price_of(self.app.photos, request.terms or Terms())

    def price_of_second_opinion(self, threshold: float, terms: Terms) -> PricedTerms:
        checked = [
            n for n in range(self.app.photos) if n % 100 != 99 and pile(score_of(n, 0), threshold, None) is Pile.CHECK
        ]
        return price_of(len(checked), terms)

    def estimate(self, request: SortRequest, executor: Executor) -> Iterator[Event]:
        terms = request.terms or Terms()
        yield from self.count(request)
        for savings in SavingsMode:
            told = price_of(self.app.photos, replace(terms, savings=savings))
            yield CostEstimated(savings, told.cost, told.most, terms.most_dollars)

    def decide(self, person: Person, decisions: Iterable[tuple[Photo, Decision | None]]) -> None:
        self.app.decided += [(person.name, photo.id, decision) for photo, decision in decisions]

    def reconsider(
        self, said: Iterable[tuple[Person, Photo, Decision | None]], threshold: float, *, all_photos: bool = False
    ) -> list[Rescored]:
        """Every yes makes all photos a little more like the person, and every no a little less."""
        if self.request is None:
            return []
        self.app.said += [(person.name, photo.id, decision) for person, photo, decision in said]
        found = []
        for place, person in enumerate(self.people(self.request)):
            last = {photo: decision for name, photo, decision in self.app.said if name == person.name}
            shift = self.app.learns * sum({"yes": 1, "no": -1}.get(decision or "", 0) for decision in last.values())
            numbers = [n for n in range(self.app.photos) if n % 100 != 99]
            scores = [score_of(n, place) for n in numbers]
            similarities = [
                min(100.0, max(0.0, one.similarity + shift)) if one.face_index is not None else 0.0 for one in scores
            ]
            faces = [-1 if one.face_index is None else one.face_index for one in scores]
            found.append(Rescored(person, [photo_of(n).id for n in numbers], similarities, faces))
        return found

    def alike(self, faces: Mapping[int, int]) -> dict[int, int]:
        numbers = {photo: (1_000_000 - photo) // self.app.alike if self.app.alike else -photo for photo in faces}
        count = Counter(numbers.values())
        return {photo: number for photo, number in numbers.items() if count[number] > 1}

    def plan(self, person: Person, sure: Iterable[int], not_sure: Iterable[int]) -> CopyPlan:
        there = {photo.id: target for target, (one, photo) in self.app.copied.items() if one == person}
        orders = [CopyOrder(photo_of(1_000_000 - one), person, "/copies") for one in sure if one not in there]
        records = [CopyRecord(1, 7, person.id, b"", "", there[one], 0, 0) for one in not_sure if one in there]
        return CopyPlan(tuple(orders), tuple(records), tuple((one, there[one]) for one in sure if one in there))

    def carry_out(self, plan: CopyPlan) -> Iterator[Event]:
        for order in plan.to_copy:
            target = f"/copies/{order.person.folder_name}/{1_000_000 - order.photo.id}.jpg"
            self.app.copied[target] = order.person, order.photo
            yield from self._made([PhotoCopied(order.photo, order.person, target)])
        for record in plan.to_take_back:
            del self.app.copied[record.target]
            yield CopyTakenBack(record.target)

    def undo(self) -> Iterator[Event]:
        self.app.undone += reversed(self.run_ids)
        for target in reversed(self.copies):
            if self.app.copied.pop(target, None) is not None:
                yield CopyTakenBack(target)

    def _made(self, events: Iterable[Event]) -> Iterator[Event]:
        """What happens, and whose copies they are."""
        for event in events:
            if isinstance(event, PhotoCopied):
                self.copies.append(event.target)
            yield event

    def save_report(
        self,
        path: str,
        heads: Sequence[ReportHead],
        found: Iterable[ReportLine],
        words: ReportWords,
        day: Callable[[datetime | None, int], str],
    ) -> str:
        if not path:
            raise WrongUse("No name.")
        self.app.report = heads, list(found)
        return path


_SERVICES: type[Services] = MadeUpApp
