"""Roles, as screen readers know them, of widgets that Qt has none for."""

from __future__ import annotations

from functools import cache
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_roles: WeakKeyDictionary[QObject, QAccessible.Role] = WeakKeyDictionary()


def give_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Let screen readers know `widget` as this, from when they first ask about it."""
    _install()
    _roles[widget] = role


@cache
def _install() -> None:
    QAccessible.installFactory(_interface_of)


def _interface_of(_class_name: str, shown: QObject) -> QAccessibleInterface | None:
    role = _roles.get(shown)
    return QAccessibleWidget(shown, role) if role is not None and isinstance(shown, QWidget) else None
