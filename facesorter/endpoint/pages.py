"""The pages of long lists, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from facesorter.endpoint.wire import ServiceError


class _Row(Protocol):
    @property
    def row(self) -> int: ...


R = TypeVar("R", bound=_Row)


def next_page(
    rows: Sequence[R], values: Mapping[str, Any], list_name: str, largest: int
) -> tuple[Sequence[R], dict[str, str]]:
    """What a request asks for of a list in the order of its rows, and the `NextToken` of the page after, if any."""
    limit = values.get("MaxResults") or largest
    after = row_after(values, list_name)
    page = [row for row in rows if row.row > after][: limit + 1]
    return page[:limit], {"NextToken": token(list_name, page[limit - 1].row)} if len(page) > limit else {}


def token(list_name: str, row: int) -> str:
    """Opaque to clients: the row the next page begins after, and a check that it is used for the same list."""
    digest = hashlib.sha256(f"{list_name}:{row}".encode()).digest()[:8]
    return base64.urlsafe_b64encode(digest + row.to_bytes(8, "big")).decode()


def row_after(values: Mapping[str, Any], list_name: str) -> int:
    """The row that a request's `NextToken` names, 0 without one. Raises `ServiceError` for a token of another list."""
    given = values.get("NextToken")
    if given is None:
        return 0
    try:
        row = int.from_bytes(base64.urlsafe_b64decode(given)[8:], "big")
    except (binascii.Error, ValueError):
        row = -1
    if row < 0 or row.bit_length() > 63 or token(list_name, row) != given:
        raise ServiceError("InvalidPaginationTokenException", "Pagination token in the request is not valid.")
    return row
