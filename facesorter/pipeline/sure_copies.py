"""The copies of a run: gathered, each picture once for each person, and made together.

A photo that may have to leave its name to an earlier one, or may be the same picture, waits until that is known: names
follow from the verdicts and the order of the photos, and not from what was known when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from time import monotonic

from facesorter.domain.balance import Balance
from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.events import CompanionCopied, CopyFailed, Event, PhotoAlreadyThere, PhotoCopied, SamePicture
from facesorter.domain.models import Person, Photo, Pile, Verdict
from facesorter.domain.places import below, kind_of, split
from facesorter.domain.planning import CompanionFile, CopyOrder
from facesorter.domain.ports import AnalyzedPhoto, CompanionFinder, Copier
from facesorter.pipeline.analyze_stored import identifying
from facesorter.pipeline.copy import copy
from facesorter.pipeline.namesakes import namesakes
from facesorter.pipeline.sort_request import SortRequest
from facesorter.pipeline.sort_tools import Tools
from facesorter.pipeline.twins import Twins
from facesorter.pipeline.write_names import SUFFIX, NamesToWrite

COPY_TOGETHER = 32
"""Sure photos gathered before they are copied, so that one fsync of the folder serves them all."""

COPY_AFTER_S = 1.0
"""How long a sure photo waits for others at most."""


class SureCopies:
    """The copies of a run, ordered one by one and made together. `counts` counts photos by person (id) and outcome."""

    def __init__(self, request: SortRequest, tools: Tools) -> None:
        self.run_id = 0
        self.counts: Counter[tuple[int, str]] = Counter()
        self._request = request
        self._tools = tools
        self._orders: list[CopyOrder] = []
        self._ordered_at = 0.0
        self._ordered: set[tuple[int, int]] = set()
        self._there: dict[tuple[int, bytes], tuple[str, str]] = {}
        """Of a person and a content: the photo, and where its copy lies."""
        self._deferred: list[CopyOrder] = []
        """RAW files and edits that may come with the photo beside them."""
        self._brought: dict[tuple[int, str], CompanionCopied] = {}
        self.beside: set[str] = set()
        """Copied photos with something beside them that was not asked for."""
        self._names = NamesToWrite() if request.write_names and not request.dry_run else None

    def order_early(self, photo: Photo, person: Person) -> Iterator[Event]:
        """Order a copy while photos are still being read, unless an earlier photo may have a say in it."""
        if not self._must_wait(photo):
            yield from self.order(photo, person)

    def order(self, photo: Photo, person: Person) -> Iterator[Event]:
        """Order a copy, once; full batches are made at once."""
        if (person.id, photo.id) in self._ordered:
            return
        self._ordered.add((person.id, photo.id))
        folder = below(self._request.destination, person.folder_name)
        order = CopyOrder(photo, person, folder, self._request.keep_duplicates)
        if self._companions is not None and self._companions.is_one(photo):
            self._deferred.append(order)
            return
        if not self._orders:
            self._ordered_at = monotonic()
        self._orders.append(order)
        if len(self._orders) >= COPY_TOGETHER:
            yield from self.finish()

    def finish_late(self) -> Iterator[Event]:
        """Make what has waited for long enough."""
        if self._orders and monotonic() - self._ordered_at > COPY_AFTER_S:
            yield from self.finish()

    def finish_all(self) -> Iterator[Event]:
        """Make everything: the last photos ordered, and RAW files and edits that did not come with another photo."""
        yield from self.finish()
        for order in self._deferred:
            brought = self._brought.get((order.person.id, order.photo.path))
            if brought is None:
                self._orders.append(order)
                continue
            self.counts[order.person.id, "companions"] -= 1
            if brought.already_there:
                self._note(order.photo, order.person, brought.target, "already there")
                yield PhotoAlreadyThere(order.photo, order.person, brought.target)
            else:
                self._note(order.photo, order.person, brought.target, "copied")
                yield PhotoCopied(order.photo, order.person, brought.target, brought.dry_run)
        yield from self.finish()

    def balance(self, person: Person) -> Balance:
        """The photos of one person, counted."""

        def count(what: str) -> int:
            return self.counts[person.id, what]

        return Balance(
            person=person,
            copied=count("copied"),
            already_there=count("already there"),
            check=count(Pile.CHECK),
            not_them=count(Pile.NOT_THEM),
            no_face=count(Pile.NO_FACE),
            problems=count(Pile.PROBLEM),
            same_picture=count("same picture"),
            companions=count("companions"),
        )

    def decided(self, analyzed: AnalyzedPhoto, verdicts: Iterable[Verdict]) -> None:
        """These are the final verdicts on a photo."""
        if self._names is not None:
            self._names.decided(analyzed, verdicts, self._tools.engine)

    def write_names(self) -> Iterator[Event]:
        """Write down who is in the copies, where that was asked for."""
        tools = self._tools
        if self._names is not None and tools.sidecars is not None:
            yield from self._names.write(tools.sidecars, tools.copier, tools.journal, self.carry_out)

    def finish(self) -> Iterator[Event]:
        """Make what was ordered so far."""
        orders, self._orders = [self._identified(order) for order in self._orders], []
        while orders:
            told, now, orders = self._without_twins(orders)
            yield from told
            for event in self.carry_out(now, self._tools.copier):
                match event:
                    case PhotoCopied(photo, person, target):
                        self._note(photo, person, target, "copied")
                    case PhotoAlreadyThere(photo, person, target):
                        self._note(photo, person, target, "already there")
                    case CompanionCopied(source, person):
                        if (person.id, source) not in self._brought:
                            self._brought[person.id, source] = event
                            self.counts[person.id, "companions"] += 1
                    case CopyFailed():
                        self.counts[event.person.id, Pile.PROBLEM] += 1
                    case _:
                        pass
                yield event

    def _note(self, photo: Photo, person: Person, target: str, what: str) -> None:
        self.counts[person.id, what] += 1
        for identity in photo.identities:
            self._there.setdefault((person.id, identity), (photo.path, target))
        if self._names is not None:
            self._names.copied(photo, person, target)
        finder = self._tools.companions
        if finder and not self._request.with_companions and not kind_of(photo.path).costs_money and finder.of(photo):
            self.beside.add(photo.path)

    def _identified(self, order: CopyOrder) -> CopyOrder:
        """The order with the content of its photo, if that can be known; `copy` tells why it cannot."""
        if order.photo.content is not None or self._request.dry_run or self._request.keep_duplicates:
            return order
        with suppress(PhotoError, UserError):
            return replace(order, photo=self._identify(order.photo))
        return order

    def _without_twins(self, orders: Iterable[CopyOrder]) -> tuple[list[SamePicture], list[CopyOrder], list[CopyOrder]]:
        """Photos of which the same picture is there; those to copy now; and those to ask for again after that."""
        told: list[SamePicture] = []
        now: list[CopyOrder] = []
        later: list[CopyOrder] = []
        taken: set[tuple[int, bytes]] = set()
        for order in orders:
            keys = [] if order.own_copy else [(order.person.id, identity) for identity in order.photo.identities]
            there = next((self._there[key] for key in keys if key in self._there), None)
            if there is not None:
                self.counts[order.person.id, "same picture"] += 1
                told.append(SamePicture(order.photo, order.person, *there))
            elif taken.isdisjoint(keys):
                taken.update(keys)
                now.append(order)
            else:
                later.append(order)
        return told, now, later

    def carry_out(self, orders: Iterable[CopyOrder], copier: Copier) -> Iterator[Event]:
        """Carry out any orders for photos of this run, as a part of it; see `pipeline.copy`."""
        tools = self._tools
        # A dry run can tell what would be without reading what was never read.
        identify = None if copier.dry_run else self._identify
        finder = self._companions
        if finder is not None:
            orders = [
                order if order.made else replace(order, companions=self._companions_of(order)) for order in orders
            ]
        for event in copy(orders, self.run_id, copier, tools.journal, identify):
            if isinstance(event, CopyFailed) and event.changed:
                tools.catalog.read_anew(event.photo)
            yield event

    def _companions_of(self, order: CopyOrder) -> tuple[CompanionFile, ...]:
        """What goes along with a photo: not a sidecar in place of which a new one is made, with what it says."""
        found = self._tools.companions.of(order.photo) if self._tools.companions else ()
        writes = self._request.write_names and not (self._names and self._names.has_nobody(order.photo))
        made = f"{split(order.photo.path)[1]}{SUFFIX}".lower() if writes else ""
        return tuple(one for one in found if one.companion.name.lower() != made)

    @property
    def _companions(self) -> CompanionFinder | None:
        return self._tools.companions if self._request.with_companions else None

    @cached_property
    def _identify(self) -> Callable[[Photo], Photo]:
        return identifying(self._tools.source.read, self._tools.catalog)

    @cached_property
    def _namesakes(self) -> set[int]:
        return namesakes(self._tools.catalog, by_stem=self._companions is not None)

    @cached_property
    def _twins(self) -> Twins:
        return Twins(self._tools.catalog)

    def _must_wait(self, photo: Photo) -> bool:
        """Whether an earlier photo may take its name, or turn out to be the same picture."""
        if photo.id in self._namesakes:
            return True
        return not self._request.keep_duplicates and self._twins.may_follow(photo)

    def met(self, photo: Photo) -> None:
        """This photo was read, or could not be."""
        if not (self._request.dry_run or self._request.keep_duplicates):  # nobody asks for its twins
            self._twins.met(photo)
