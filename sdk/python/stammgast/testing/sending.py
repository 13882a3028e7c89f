"""What the host accepts of a request over HTTP, and what it makes of one."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from stammgast.bodies import percent_encoded
from stammgast.requests import Basic, Bearer, Encoding, HttpRequest, Part, Pieces, Secret, header_pairs, pieces
from stammgast.testing.fault import Fault

_ORIGIN = re.compile(r"https?://[^/?#@\s]+")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OF_THE_HOST = frozenset(
    ("host", "content-length", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)


def filled(given: Pieces, secrets: Mapping[str, str]) -> str:
    """The text that the host makes of pieces, with these secrets in their places."""
    return "".join(
        _written(secrets[piece.name], piece.encoding) if isinstance(piece, Secret) else piece
        for piece in pieces("pieces", given)
    )


def _written(value: str, encoding: Encoding) -> str:
    if encoding is Encoding.PERCENT:
        return percent_encoded(value)
    if encoding is Encoding.JSON:
        return json.dumps(value, ensure_ascii=False)[1:-1]
    if encoding is Encoding.BASE64:
        return b64encode(value.encode()).decode()
    return value


def check(request: HttpRequest, manifest: Mapping[str, Any] | None) -> None:
    """Raises a fault where the host would refuse a request; hosts and secrets have to stand in the manifest, if any."""
    if _ORIGIN.fullmatch(request.origin) is None:
        raise Fault(f"`{request.origin}` is no origin; write scheme and host, such as https://api.example.com")
    path = pieces("path", request.path)
    if not path or not isinstance(path[0], str) or not path[0].startswith("/"):
        raise Fault("a request's path begins with the text `/`")
    for name, value in header_pairs(request.headers):
        if _TOKEN.fullmatch(name) is None:
            raise Fault(f"`{name}` is no header's name")
        if name.lower() in _OF_THE_HOST:
            raise Fault(f"the header `{name}` is the host's; leave it out")
        if any(isinstance(piece, str) and _CONTROL.search(piece) for piece in value):
            raise Fault(f"the header `{name}` holds a control character; remove it")
    if request.signature is not None and {Part.HEX, Part.BASE64} & set(request.signature.over):
        raise Fault("a signature cannot be made over itself; HEX and BASE64 stand in `value` alone")
    if manifest is not None:
        _check_reach(request, manifest)


def _check_reach(request: HttpRequest, manifest: Mapping[str, Any]) -> None:
    origins = {host["origin"] for host in manifest.get("hosts", ())}
    if not {"*", request.origin} & origins:
        raise Fault(f"`{request.origin}` is not among `hosts` in the manifest; list it there")
    known = {secret["name"] for secret in manifest.get("secrets", ())}
    for name in _secrets_of(request):
        if name not in known:
            raise Fault(f"the secret `{name}` is not among `secrets` in the manifest; list it there")


def _secrets_of(request: HttpRequest) -> Iterator[str]:
    given = [pieces("path", request.path), *(value for _, value in header_pairs(request.headers))]
    if request.body is not None and not isinstance(request.body, bytes):
        given.append(pieces("body", request.body))
    if isinstance(request.authorization, Basic):
        given.append(pieces("user", request.authorization.user))
        yield request.authorization.password
    elif isinstance(request.authorization, Bearer):
        yield request.authorization.secret
    if request.signature is not None:
        yield request.signature.secret
    for several in given:
        yield from (piece.name for piece in several if isinstance(piece, Secret))
