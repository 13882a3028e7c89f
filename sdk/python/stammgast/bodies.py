"""Bodies of requests that hold secrets: JSON and forms."""

import json
from collections.abc import Mapping
from typing import Any

from stammgast import _check
from stammgast.requests import Encoding, Piece, Secret

# RFC 3986, section 2.3.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def json_body(value: Any) -> list[Piece]:
    """Pieces that make a JSON text (RFC 8259). A `Secret` may stand wherever a string may stand as a value. Set the
    header `content-type: application/json` beside it."""
    found: list[Piece] = []
    _write(value, found)
    return _joined(found)


def form_body(fields: Mapping[str, str | Secret]) -> list[Piece]:
    """Pieces that make a form (`application/x-www-form-urlencoded`). A `Secret` may stand as a value. Set that
    media type as the header `content-type` beside it."""
    found: list[Piece] = []
    for name, value in fields.items():
        found.append(f"{'&' if found else ''}{percent_encoded(name)}=")
        found.append(Secret(value.name, Encoding.PERCENT) if isinstance(value, Secret) else percent_encoded(value))
    return _joined(found)


def percent_encoded(text: str) -> str:
    """A text for a path, a query or a form: everything but letters, digits, `-`, `.`, `_`, `~` is percent-encoded
    (RFC 3986)."""
    data = _check.text("text", text).encode()
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def _write(value: Any, found: list[Piece]) -> None:
    if isinstance(value, Secret):
        found.extend(('"', Secret(value.name, Encoding.JSON), '"'))
    elif isinstance(value, Mapping):
        found.append("{")
        for place, (name, item) in enumerate(value.items()):
            found.append(f"{',' if place else ''}{_plain(_check.text('name', name))}:")
            _write(item, found)
        found.append("}")
    elif isinstance(value, (list, tuple)):
        found.append("[")
        for place, item in enumerate(value):
            if place:
                found.append(",")
            _write(item, found)
        found.append("]")
    else:
        found.append(_plain(value))


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _joined(found: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in found:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
