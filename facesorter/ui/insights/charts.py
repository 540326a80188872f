"""What each chart of Insights shows, made of the figures; no widget is known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.spending import PAID_WORK, in_dollars
from facesorter.ui.insights.series import MOST_SERIES, Bars, Net, Series, Tie
from facesorter.ui.shell import words

if TYPE_CHECKING:
    from facesorter.app.insights import PeopleFigures, PersonFigures
    from facesorter.domain.models import Person
    from facesorter.duplicates.pairs import Pair
    from facesorter.storage.figures import MonthlySpending

LONGEST_SPAN = 80
"""Years in a row, with those without a photo; where dates lie further apart, some are wrong, and only years with photos
are shown."""
MOST_PEOPLE, MOST_POINTS, MOST_TIES = 12, 24, 60
_NOTHING = Decimal(0)


class YearsChart(NamedTuple):
    """The bars, whose series each is (None: of several), and of which year each bar (None: without a date)."""

    bars: Bars
    people: list[Person | None]
    years: list[int | None]


def years_chart(figures: PeopleFigures) -> YearsChart:
    """Photos of each person over the years: those with most photos by themselves, all others together."""
    years = _years({year for one in figures.people for year in one.by_year})
    first, rest = figures.people[:MOST_SERIES], figures.people[MOST_SERIES:]
    series = [Series(one.person.name, tuple(one.by_year.get(year, 0) for year in years)) for one in first]
    people: list[Person | None] = [one.person for one in first]
    if rest:
        together = tuple(sum(one.by_year.get(year, 0) for one in rest) for year in years)
        series.append(Series(_("Others"), together))
        people.append(None)
    captions = tuple(_("No date") if year is None else str(year) for year in years)
    told = tuple(
        tuple(
            _("{year}, {name}: {photos}").format(year=caption, name=one.name, photos=words.photos(round(value)))
            for caption, value in zip(captions, one.values, strict=True)
        )
        for one in series
    )
    return YearsChart(Bars(captions, tuple(series), told, rows=_year_rows(figures, years)), people, list(years))


def _years(found: set[int | None]) -> list[int | None]:
    known = sorted(year for year in found if year is not None)
    whole: list[int | None] = [*known]
    if known and known[-1] - known[0] < LONGEST_SPAN:
        whole = [*range(known[0], known[-1] + 1)]
    return [*whole, None] if None in found else whole


def _year_rows(figures: PeopleFigures, years: Sequence[int | None]) -> tuple[tuple[str, ...], ...]:
    heading = (_("Name"), *(_("No date") if year is None else str(year) for year in years), _("All photos"))
    return (heading, *(_year_row(one, years) for one in figures.people))


def _year_row(one: PersonFigures, years: Sequence[int | None]) -> tuple[str, ...]:
    return (one.person.name, *(str(one.by_year.get(year, 0)) for year in years), str(one.photos))


def totals_chart(figures: PeopleFigures) -> Bars:
    """Photos of each person, of those who are in most."""
    shown = figures.people[:MOST_PEOPLE]
    told = tuple(_("{name}: {photos}").format(name=one.person.name, photos=words.photos(one.photos)) for one in shown)
    series = (Series(_("Photos"), tuple(one.photos for one in shown)),) if shown else ()
    rows = ((_("Name"), _("Photos")), *((one.person.name, str(one.photos)) for one in figures.people))
    return Bars(tuple(_short(one.person.name) for one in shown), series, (told,), rows=rows)


class TogetherNet(NamedTuple):
    """The network, and who its points are."""

    net: Net
    people: list[Person]


def together_net(figures: PeopleFigures) -> TogetherNet:
    """Who appears with whom, of those who are in most photos."""
    name_of = {one.person.id: one.person.name for one in figures.people}
    tied = {number for pair in figures.together for number in pair[:2]}
    shown = [one for one in figures.people if one.person.id in tied][:MOST_POINTS]
    places = {one.person.id: place for place, one in enumerate(shown)}
    ties = [
        Tie(places[one], places[other], photos, _both(name_of[one], name_of[other], photos))
        for one, other, photos in figures.together
        if one in places and other in places
    ]
    rows = (
        (_("Name"), _("Other person"), _("Photos")),
        *((name_of[one], name_of[other], str(photos)) for one, other, photos in figures.together),
    )
    net = Net(
        tuple(one.person.name for one in shown), tuple(one.photos for one in shown), tuple(ties[:MOST_TIES]), rows
    )
    return TogetherNet(net, [one.person for one in shown])


def _both(one: str, other: str, photos: int) -> str:
    return _("{one} and {other}: {photos}").format(one=one, other=other, photos=words.photos(photos))


def similarities_chart(found: Mapping[int, int]) -> tuple[Bars, int]:
    """How many pairs of faces are alike by each percent from 50, or the lowest found, to 100; and the first of them."""
    first = min(50, *found) if found else 50
    values = [found.get(value, 0) for value in range(first, 101)] if found else []
    captions = tuple(percent(value) for value in range(first, first + len(values)))
    told = tuple(
        _("{similarity}: {pairs}").format(similarity=caption, pairs=pairs_of_faces(count))
        for caption, count in zip(captions, values, strict=True)
    )
    rows = (
        (_("Similarity"), _("Pairs of faces")),
        *((str(first + place), str(count)) for place, count in enumerate(values)),
    )
    series = (Series(_("Pairs of faces"), tuple(values)),) if values else ()
    return Bars(captions, series, (told,), rows=rows), first


def pairs_of_faces(count: int) -> str:
    """As `7 pairs of faces`."""
    return ngettext("{} pair of faces", "{} pairs of faces", count).format(words.number(count))


def pairs_net(pairs: Sequence[Pair]) -> Net:
    """Who is taken for whom: names tied by the similarity of their faces."""
    names = sorted({name for pair in pairs for name in pair.names})
    places = {name: place for place, name in enumerate(names)}
    ties = tuple(
        Tie(
            places[pair.names[0]],
            places[pair.names[1]],
            max(1.0, pair.best - 40),
            _("{one} and {other}: {similarity}").format(
                one=pair.names[0], other=pair.names[1], similarity=percent(pair.best)
            ),
        )
        for pair in pairs
    )
    weights = [float(sum(name in pair.names for pair in pairs)) for name in names]
    rows = (
        (_("Name"), _("Other name"), _("Pairs of faces"), _("Similarity")),
        *((*pair.names, str(pair.faces), f"{pair.best:.2f}") for pair in pairs),
    )
    return Net(tuple(names), tuple(weights), ties, rows)


def spending_chart(spendings: Sequence[MonthlySpending]) -> Bars:
    """What was spent in each month, by kind of work, in dollars."""
    months = _months(sorted({one.month for one in spendings}))
    works = [work for work in PAID_WORK if any(one.work == work for one in spendings)]
    cost = {(one.month, one.work): one.cost for one in spendings}
    series = tuple(
        Series(
            _(PAID_WORK[work]),
            tuple(float(cost[month, work].dollars) if (month, work) in cost else 0.0 for month in months),
        )
        for work in works
    )
    told = tuple(
        tuple(
            _("{month}, {work}: {spent}").format(
                month=month,
                work=_(PAID_WORK[work]),
                spent=words.spent(cost[month, work]) if (month, work) in cost else "",
            )
            for month in months
        )
        for work in works
    )
    rows = (
        (_("Month"), _("Work"), _("Calls"), _("Dollars")),
        *(
            (one.month, _(PAID_WORK.get(one.work, one.work)), str(one.cost.calls), str(one.cost.dollars))
            for one in spendings
        ),
    )
    return Bars(tuple(months), series, told, rows=rows)


def spent_in_words(spendings: Sequence[MonthlySpending]) -> str:
    """As `$3.10 in all`."""
    return _("{dollars} in all").format(
        dollars=in_dollars(sum((one.cost.dollars for one in spendings), start=_NOTHING))
    )


def _months(known: Sequence[str]) -> list[str]:
    """All months from the first to the last, if these are not too many."""
    if not known:
        return []
    first, last = (
        (int(year) * 12 + int(month) - 1) for year, month in (one.split("-") for one in (known[0], known[-1]))
    )
    if last - first >= LONGEST_SPAN:
        return [*known]
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, last + 1)]


def _short(name: str) -> str:
    return name if len(name) <= 12 else f"{name[:11]}…"
