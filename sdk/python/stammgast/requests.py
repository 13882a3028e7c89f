"""Requests over HTTP, described: the host performs them, and puts in the secrets that no plugin ever sees."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from stammgast import _check
from stammgast.messages import Later, Outcome, Rejected, Sent


class Encoding(Enum):
    """How a secret is written where the host puts it."""

    PLAIN = "plain"
    """As it is."""
    PERCENT = "percent"
    """Percent-encoded (RFC 3986), for paths, queries and forms."""
    JSON = "json"
    """Escaped for the inside of a JSON string (RFC 8259), without quotation marks."""
    BASE64 = "base64"
    """Base64 (RFC 4648, section 4)."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of the manifest, in the place where the host shall put it."""

    name: str
    """The secret's name in the manifest."""
    encoding: Encoding = Encoding.PLAIN
    """How it is written."""

    def __post_init__(self) -> None:
        _check.text("Secret.name", self.name)
        _check.one("Secret.encoding", self.encoding, Encoding)


Piece = str | Secret
"""A piece of a request: text, or a secret. A text is always text, so that nobody's words can pass for a secret."""

Pieces = Piece | Sequence[Piece]
"""One piece, or several in a row."""


def secret(name: str, encoding: Encoding = Encoding.PLAIN) -> Secret:
    """A place where the host shall put a secret of the manifest."""
    return Secret(name, encoding)


def pieces(where: str, value: Pieces) -> tuple[Piece, ...]:
    """One piece or several, as several."""
    if isinstance(value, (str, Secret)):
        value = (value,)
    found = _check.several(where, value, object)
    return tuple(
        piece if isinstance(piece, Secret) else _check.text(f"{where}[{place}]", piece)
        for place, piece in enumerate(found)
    )


class Method(Enum):
    """How a request is sent (RFC 9110, section 9)."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Bearer:
    """`Authorization: Bearer <secret>` (RFC 6750)."""

    secret: str
    """The secret's name."""

    def __post_init__(self) -> None:
        _check.text("Bearer.secret", self.secret)


@dataclass(frozen=True, slots=True)
class Basic:
    """`Authorization: Basic …` (RFC 7617)."""

    user: Piece
    """The user's name."""
    password: str
    """The password: the secret's name."""

    def __post_init__(self) -> None:
        if not isinstance(self.user, Secret):
            _check.text("Basic.user", self.user)
        _check.text("Basic.password", self.password)


class Scheme(Enum):
    """How a signature is made."""

    HMAC_SHA256 = "hmac-sha256"
    """HMAC with SHA-256 (RFC 2104)."""
    ED25519 = "ed25519"
    """Ed25519 (RFC 8032); the secret holds the 32 bytes of the private key in hexadecimal digits or base64."""


class Part(Enum):
    """What is put into what is signed, or into the header that carries the signature; a `str` is text as it is."""

    BODY = "body"
    """The body's bytes as they are sent."""
    PATH = "path"
    """Path and query as they are sent."""
    TIMESTAMP = "timestamp"
    """Seconds since 1970-01-01T00:00:00Z when the request is sent, in decimal digits."""
    HEX = "hex"
    """The signature in lower-case hexadecimal digits; in `value` alone."""
    BASE64 = "base64"
    """The signature in base64 (RFC 4648, section 4); in `value` alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature that the host makes over the request, once all secrets are in their places."""

    scheme: Scheme
    """How it is made."""
    secret: str
    """The key: the secret's name."""
    over: tuple[str | Part, ...]
    """What is signed, one part after the other."""
    header: str
    """The header that carries it."""
    value: tuple[str | Part, ...]
    """What stands in the header."""

    def __post_init__(self) -> None:
        _check.one("Signature.scheme", self.scheme, Scheme)
        _check.text("Signature.secret", self.secret)
        _check.text("Signature.header", self.header)
        for name in ("over", "value"):
            object.__setattr__(self, name, _parts(f"Signature.{name}", getattr(self, name)))


def _parts(where: str, value: object) -> tuple[str | Part, ...]:
    single = (value,) if isinstance(value, (str, Part)) else value
    found = _check.several(where, single, object)
    return tuple(part if isinstance(part, Part) else _check.text(f"{where}[…]", part) for part in found)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request over HTTP. It goes to a host that the admin granted, and to no other; redirects are not followed."""

    method: Method
    """How it is sent."""
    origin: str
    """Scheme, host and port, such as `https://api.example.com`. Never a secret."""
    path: Pieces = "/"
    """Path and query, beginning with `/`."""
    headers: Mapping[str, Pieces] | Iterable[tuple[str, Pieces]] = ()
    """Further headers. The host sets `host`, `content-length` and what belongs to the connection."""
    body: bytes | Pieces | None = None
    """What it carries: nothing, bytes, or text put together from pieces."""
    authorization: Bearer | Basic | None = None
    """Who the request says it comes from."""
    signature: Signature | None = None
    """A signature over the request."""

    def __post_init__(self) -> None:
        _check.one("HttpRequest.method", self.method, Method)
        _check.text("HttpRequest.origin", self.origin)
        object.__setattr__(self, "path", pieces("HttpRequest.path", self.path))
        object.__setattr__(self, "headers", header_pairs(self.headers))
        if isinstance(self.body, (bytes, bytearray, memoryview)):
            object.__setattr__(self, "body", bytes(self.body))
        elif self.body is not None:
            object.__setattr__(self, "body", pieces("HttpRequest.body", self.body))
        if self.authorization is not None and not isinstance(self.authorization, Basic):
            _check.one("HttpRequest.authorization", self.authorization, Bearer)
        if self.signature is not None:
            _check.one("HttpRequest.signature", self.signature, Signature)


def header_pairs(
    headers: Mapping[str, Pieces] | Iterable[tuple[str, Pieces]],
) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    """Headers as names and the pieces of their values."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found = []
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("HttpRequest.headers takes a dict, or tuples of a name and a value")
        name, value = pair
        found.append((_check.text("a header's name", name), pieces("a header's value", value)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back. Wherever a secret of the installation stood in it, `[secret]` stands instead."""

    status: int
    """Status code (RFC 9110, section 15)."""
    headers: tuple[tuple[str, str], ...] = ()
    """Header names in lower case, and their values."""
    body: bytes = b""
    """The body's bytes, at most as many as the host takes (1 MiB by default)."""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError` where it is none."""
        return json.loads(self.body)


def by_status(response: HttpResponse, sent_id: str | None = None) -> Outcome:
    """What the status alone says: 2xx is sent, 408, 425, 429 and 5xx are to be tried again (after the seconds of
    `retry-after`), and everything else is rejected. `sent_id` is the provider's id of a sent message."""
    status = response.status
    if 200 <= status < 300:
        return Sent(sent_id)
    answered = f"the provider answered with status {status}"
    # Request Timeout (RFC 9110), Too Early (RFC 8470) and Too Many Requests (RFC 6585): later, the same may do.
    if status in (408, 425, 429) or 500 <= status < 600:
        seconds = (response.header("retry-after") or "").strip()
        known = seconds.isascii() and seconds.isdigit() and len(seconds) <= 9
        return Later(answered, int(seconds) * 1000 if known else None)
    return Rejected(answered)
