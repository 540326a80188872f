"""Rekognition's wire format: JSON requests checked against botocore's model of the service, errors as AWS words them.

The model that every boto3 client carries is the one source of required members, ranges and patterns, so that the
endpoint refuses what the service refuses without a list of its own.
"""

from __future__ import annotations

import binascii
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

import botocore.loaders
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

CONTENT_TYPE = "application/x-amz-json-1.1"
TARGET_PREFIX = "RekognitionService."

SERVICE = ServiceModel(botocore.loaders.Loader().load_service_model("rekognition", "service-2"), "rekognition")
"""Rekognition as the installed botocore knows it."""


class ServiceError(Exception):
    """An error that a Rekognition client understands: an exception name, a message, an HTTP status (400 or 500)."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    def body(self) -> bytes:
        """The JSON that botocore turns into its exception; the members are those of the guide's error example."""
        return json.dumps(
            {"__type": self.code, "Code": self.code, "Logref": str(uuid.uuid4()), "Message": self.message}
        ).encode()


def invalid_parameter(message: str = "Request has invalid parameters") -> ServiceError:
    """What Rekognition answers to most things it does not like, a picture without a face among them."""
    return ServiceError("InvalidParameterException", message)


def internal_error() -> ServiceError:
    """What the service says of its own failures, which a client may try again."""
    return ServiceError("InternalServerError", "Internal server error", 500)


def request_values(operation: OperationModel, body: bytes) -> dict[str, Any]:
    """The request's members by name, blobs as bytes; raises `ServiceError` as the service would."""
    try:
        members: object = json.loads(body or b"{}", parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise ServiceError("SerializationException", "The request body is not valid JSON") from None
    shape = cast(StructureShape, operation.input_shape)
    values = _convert(shape, members)
    violations = list(_violations(shape, values, ""))
    if violations:
        noun = "error" if len(violations) == 1 else "errors"
        raise ServiceError(
            "ValidationException", f"{len(violations)} validation {noun} detected: {'; '.join(violations)}"
        )
    return values


def _not_json(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "blob": (str,),
    "float": (int, float),
    "integer": (int,),
}
"""Of the shapes in requests; none of them is a boolean."""


def _convert(shape: Shape, value: Any) -> Any:
    """The value with the types of its shape; unknown members are ignored and null is absence, as at AWS."""
    if not _is_json_of(shape, value):
        raise ServiceError("SerializationException", f"{_json_name(value)} can not be converted to {shape.name}")
    match shape:
        case StructureShape():
            return {
                name: _convert(member, value[name])
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case ListShape():
            return [_convert(shape.member, item) for item in value]
        case MapShape():
            return {_text(key): _convert(shape.value, item) for key, item in value.items()}
        case _ if shape.type_name == "string":
            return _text(value)
        case _ if shape.type_name == "blob":
            try:
                return binascii.a2b_base64(value, strict_mode=True)
            except ValueError:
                raise ServiceError("SerializationException", f"{shape.name} is not valid base64") from None
        case _:
            return value


def _text(value: str) -> str:
    r"""The string itself; half a character (`"\ud800"`), which JSON can spell and UTF-8 cannot, is refused."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ServiceError(
            "SerializationException", "The request body has a string that is not valid Unicode"
        ) from None
    return value


def _is_json_of(shape: Shape, value: object) -> bool:
    return isinstance(value, _JSON_TYPES[shape.type_name]) and not isinstance(value, bool)


def _json_name(value: object) -> str:
    match value:
        case bool():
            return f"{str(value).upper()}_VALUE"
        case None:
            return "NULL_VALUE"
        case str():
            return "STRING_VALUE"
        case int() | float():
            return "NUMBER_VALUE"
        case list():
            return "START_ARRAY"
        case _:
            return "START_OBJECT"


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Every constraint of the model that the value fails, in the service's words."""
    for constraint in _failed_constraints(shape, value):
        yield f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: Member must {constraint}"
    match shape:
        case StructureShape():
            for name in shape.required_members:
                if name not in value:
                    where = _member_path(path, name)
                    yield f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
            for name, item in value.items():
                yield from _violations(shape.members[name], item, _member_path(path, name))
        case ListShape():
            for position, item in enumerate(value, 1):
                yield from _violations(shape.member, item, f"{path}.{position}.member")
        case MapShape():
            for key, item in value.items():
                yield from _violations(shape.key, key, f"{path}.key")
                yield from _violations(shape.value, item, f"{path}.{key}.value")
        case _:
            pass


def _member_path(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _failed_constraints(shape: Shape, value: Any) -> Iterator[str]:
    limits = cast(Mapping[str, Any], shape.metadata)
    what, measured = ("value", value) if shape.type_name in {"float", "integer"} else ("length", len(value))
    if "min" in limits and measured < limits["min"]:
        yield f"have {what} greater than or equal to {limits['min']}"
    if "max" in limits and measured > limits["max"]:
        yield f"have {what} less than or equal to {limits['max']}"
    if "pattern" in limits and re.fullmatch(_python_pattern(limits["pattern"]), value) is None:
        yield f"satisfy regular expression pattern: {limits['pattern']}"
    if "enum" in limits and value not in limits["enum"]:
        yield f"satisfy enum value set: [{', '.join(limits['enum'])}]"


_SEPARATORS = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Java calls `\\p{Z}`: blanks that are no control characters."""


def _python_pattern(pattern: str) -> str:
    """The model's patterns are Java's, which can name letters, numbers and blanks of any script; these come close."""
    return pattern.replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d").replace(r"\p{Z}", _SEPARATORS)


def _shown(value: Any) -> str:
    """As the service shows it: a picture by its length only, never by its content."""
    if isinstance(value, bytes):
        return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
    return str(value)
