"""Tags of collections, and Rekognition's operations about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from facesorter.endpoint.collections import Collection, Collections
from facesorter.endpoint.wire import ServiceError, invalid_parameter

MOST_TAGS = 50
_COLLECTION_ARN = re.compile(r"(?:arn:)?aws[a-z-]*:rekognition:[a-z0-9-]*:\d*:collection/(?P<name>[a-zA-Z0-9_.-]+)")


class Tags:
    """Any thread may call; every change is durable when the call returns. Raises `ServiceError`."""

    def __init__(self, collections: Collections) -> None:
        self._collections = collections
        self._database = collections.database
        self.operations = {
            "TagResource": self._tag_resource,
            "UntagResource": self._untag_resource,
            "ListTagsForResource": self._list_tags_for_resource,
        }

    def give(self, collection: Collection, tags: Mapping[str, str]) -> None:
        """Add these tags to the collection, or give them other values."""
        require_room(self._of(collection) | dict(tags))
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO tags (collection, key, value) VALUES (?, ?, ?)",
                [(collection.id, key, value) for key, value in tags.items()],
            )
        self._database.commit()

    def _tag_resource(self, values: Mapping[str, Any], region: str) -> dict[str, Any]:  # noqa: ARG002
        self.give(self._named(values), values["Tags"])
        return {}

    def _untag_resource(self, values: Mapping[str, Any], region: str) -> dict[str, Any]:  # noqa: ARG002
        collection = self._named(values)
        with self._database.writing() as connection:
            connection.executemany(
                "DELETE FROM tags WHERE collection = ? AND key = ?",
                [(collection.id, key) for key in values["TagKeys"]],
            )
        self._database.commit()
        return {}

    def _list_tags_for_resource(self, values: Mapping[str, Any], region: str) -> dict[str, Any]:  # noqa: ARG002
        return {"Tags": self._of(self._named(values))}

    def _of(self, collection: Collection) -> dict[str, str]:
        with self._database.reading() as connection:
            query = "SELECT key, value FROM tags WHERE collection = ? ORDER BY key"
            return dict(connection.execute(query, (collection.id,)).fetchall())

    def _named(self, values: Mapping[str, Any]) -> Collection:
        """The collection that the ARN names, also in the form without `arn:` that CreateCollection answers with."""
        found = _COLLECTION_ARN.fullmatch(values["ResourceArn"])
        if found is None:
            raise invalid_parameter("The ResourceArn is not that of a collection")
        return self._collections.get(found["name"])


def require_room(tags: Mapping[str, str]) -> None:
    """Raise `ServiceError` if a resource cannot have so many tags."""
    if len(tags) > MOST_TAGS:
        raise ServiceError("ServiceQuotaExceededException", f"A resource has at most {MOST_TAGS} tags")
