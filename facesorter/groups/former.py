"""Groups as they come back: what is needed to go on with faces that were grouped before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.means import Ids
from facesorter.groups.neighbors import Floats


class GroupMeans(NamedTuple):
    """Of groups (by their labels, ascending) the directions of the sums of their clear faces, and these sums' lengths.

    Also of each face that is not clear and in no group.
    """

    labels: Ids
    directions: NDArray[np.floating]
    lengths: Floats


class FormerGroups(NamedTuple):
    """Faces that were grouped before. Those with the same label were in one group.

    `means` need not have all labels. `vectors_of` gives the vectors of faces (by their numbers, ascending) in parts:
    the numbers, and a vector for each.
    """

    labels: Ids
    photos: Sequence[int]
    clear: NDArray[np.bool_]
    means: GroupMeans
    vectors_of: Callable[[Ids], Iterable[tuple[Ids, Floats]]]
    owners: Mapping[int, int]
    """Of labels that have one."""
