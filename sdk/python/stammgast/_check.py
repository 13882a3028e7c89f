"""Checks of what a plugin hands to the host.

A value of the wrong type would end a component deep inside its runtime, where no line of the plugin is named. So it is
found here, natively and in the component alike, as a `TypeError` or `ValueError` at the plugin's own line.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

T = TypeVar("T")

U32 = 2**32 - 1
S64 = (-(2**63), 2**63 - 1)
U64 = 2**64 - 1


def text(where: str, value: object) -> str:
    """A text that can be written as UTF-8."""
    if not isinstance(value, str):
        raise TypeError(f"{where} is {_named(value)}; give a str")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{where} holds half of a surrogate pair, which is no character; remove it") from None
    return value


def optional_text(where: str, value: object) -> str | None:
    """A text, or nothing."""
    return None if value is None else text(where, value)


def texts(where: str, values: object) -> tuple[str, ...]:
    """Several texts. One text alone is refused: its letters would pass for texts."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{where} is {_named(values)}; give a list of str")
    return tuple(text(f"{where}[{place}]", value) for place, value in enumerate(values))


def integer(where: str, value: object, lowest: int, highest: int) -> int:
    """A whole number within bounds; no float, however whole it looks."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{where} is {_named(value)}; give an int")
    if not lowest <= value <= highest:
        raise ValueError(f"{where} is {value}; it has to lie from {lowest} to {highest}")
    return value


def timestamp(where: str, value: object) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z."""
    return integer(where, value, *S64)


def day(where: str, value: object) -> date:
    """A day of the calendar. A `datetime` is refused: which day it is on depends on the place."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"{where} is {_named(value)}; give a datetime.date")
    return value


def optional_day(where: str, value: object) -> date | None:
    """A day, or nothing."""
    return None if value is None else day(where, value)


def data(where: str, value: object) -> bytes:
    """Bytes."""
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if not isinstance(value, bytes):
        raise TypeError(f"{where} is {_named(value)}; give bytes, such as text.encode()")
    return value


def one(where: str, value: object, kind: type[T]) -> T:
    """A value of a class of the SDK."""
    if not isinstance(value, kind):
        raise TypeError(f"{where} is {_named(value)}; give a {kind.__name__}")
    return value


def several(where: str, values: object, kind: type[T]) -> tuple[T, ...]:
    """Several values of a class of the SDK."""
    if not isinstance(values, Iterable):
        raise TypeError(f"{where} is {_named(values)}; give a list of {kind.__name__}")
    return tuple(one(f"{where}[{place}]", value, kind) for place, value in enumerate(values))


def _named(value: object) -> str:
    # The value itself may be personal and would stand in the host's log.
    return "None" if value is None else f"of type {type(value).__name__}"
