"""What charts show, apart from how: bars with captions and in each a part of every series; points and ties."""

from __future__ import annotations

from dataclasses import dataclass, field

LIGHT_COLORS = ("#2f6fed", "#1f9a55", "#b7791f", "#d04444", "#7b52c9", "#11808f", "#c2508f")
DARK_COLORS = ("#6ea0ff", "#45c480", "#e0a648", "#f07f7f", "#b196f0", "#54bfcc", "#ec8fc0")
"""Of series, one after the other; what comes behind the last of them is drawn in gray."""

MOST_SERIES = len(LIGHT_COLORS)


@dataclass(frozen=True, slots=True)
class Series:
    """A name for the legend, and a value for each bar."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from left to right, each with a caption; `words` says of each part of a bar what it is, as a sentence.

    `words[series][bar]`; `axis` names what the values are.
    """

    captions: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    axis: str = ""
    rows: tuple[tuple[str, ...], ...] = field(default=())
    """The table that is exported, its heading first."""

    @property
    def is_empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)

    def total(self, bar: int) -> float:
        """The height of a bar."""
        return sum(one.values[bar] for one in self.series)

    def parts(self, bar: int) -> list[int]:
        """The series that have a part in a bar, from below."""
        return [place for place, one in enumerate(self.series) if one.values[bar]]

    def part_at(self, bar: int, height: float) -> int | None:
        """The series whose part of the bar is at this height; the uppermost above it, None of an empty bar."""
        parts, top = self.parts(bar), 0.0
        for part in parts:
            top += self.series[part].values[bar]
            if height <= top:
                return part
        return parts[-1] if parts else None


@dataclass(frozen=True, slots=True)
class Tie:
    """Two points by their places, a weight above 0, and what the tie says."""

    one: int
    other: int
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Net:
    """Points with names and weights, and the ties between them, the most important first."""

    names: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    ties: tuple[Tie, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """The table that is exported, its heading first."""

    @property
    def is_empty(self) -> bool:
        return not self.ties


def color_of(place: int, dark: bool, rest: str) -> str:
    """The color of a series; `rest` for those that have none of their own."""
    colors = DARK_COLORS if dark else LIGHT_COLORS
    return colors[place] if place < len(colors) else rest


def every_so_many(count: int, room: int) -> int:
    """Of `count` captions in a row, with room for `room` of them, every so many are shown: 1, 2, 5, 10, 20..."""
    step, factors = 1, (2, 2.5, 2)
    turn = 0
    while room > 0 and count > step * room:
        step = round(step * factors[turn % 3])
        turn += 1
    return step
