"""From the records of the SDK to componentize-py's classes."""

from datetime import date
from importlib import import_module
from typing import Any

from stammgast.errors import InvalidConfig, Malformed, PluginError, Unsupported, UnsupportedEvent
from stammgast.messages import Later, MailRequest, Outcome, Party, ReceivedMessage, Sent
from stammgast.records import Evidence, Reason
from stammgast.requests import Basic, Bearer, HttpRequest, Part, Piece, Secret, Signature, header_pairs, pieces

_types: Any = import_module("wit_world.imports.types")


def _channel_types() -> Any:
    # Only the world of a connector has them.
    try:
        return import_module("wit_world.imports.channel_types")
    except ModuleNotFoundError:
        return None


_channel: Any = _channel_types()


def reason(given: Reason) -> Any:
    """Why an effect is asked for."""
    return _types.Reason(given.code, given.text)


def evidence(given: Evidence | None) -> Any:
    """Where in a record something shows."""
    return None if given is None else _types.Evidence(given.field, given.quote)


def day(given: date) -> Any:
    """A day of the calendar."""
    return _types.Date(given.year, given.month, given.day)


def plugin_error(error: PluginError) -> Any:
    """Why a plugin cannot answer."""
    text = _words(error)
    if isinstance(error, InvalidConfig):
        return _types.PluginError_InvalidConfig(text)
    if isinstance(error, UnsupportedEvent):
        return _types.PluginError_UnsupportedEvent(text)
    return _types.PluginError_Other(text)


def channel_error(error: PluginError) -> Any:
    """Why a connector cannot answer."""
    text = _words(error)
    if isinstance(error, Malformed):
        return _channel.ChannelError_Malformed(text)
    if isinstance(error, InvalidConfig):
        return _channel.ChannelError_InvalidConfig(text)
    if isinstance(error, Unsupported):
        return _channel.ChannelError_Unsupported(text)
    return _channel.ChannelError_Other(text)


def _words(error: PluginError) -> str:
    return (str(error) or type(error).__name__).encode(errors="replace").decode()


def received_message(given: ReceivedMessage) -> Any:
    """A message that was read."""
    return _channel.ReceivedMessage(
        external_id=given.external_id,
        direction=_types.Direction[given.direction.name],
        party=_party(given.party),
        subject=given.subject,
        text=given.text,
        attachments=[_types.Attachment(one.name, one.media_type, one.size) for one in given.attachments],
        message_id=given.message_id,
        in_reply_to=list(given.in_reply_to),
        references=list(given.references),
        agent=given.agent,
        sent_at=given.sent_at,
    )


def _party(given: Party | None) -> Any:
    if given is None:
        return None
    return _channel.Party(given.name, _channel.AddressKind[given.kind.name], given.address)


def send_request(given: MailRequest | HttpRequest) -> Any:
    """A request that the host shall perform."""
    if isinstance(given, MailRequest):
        mail = _channel.MailRequest(given.mail_from, list(given.recipients), given.message)
        return _channel.SendRequest_Mail(mail)
    return _channel.SendRequest_Http(
        _channel.HttpRequest(
            method=_channel.HttpMethod[given.method.name],
            origin=given.origin,
            path=_pieces(pieces("path", given.path)),
            headers=[_channel.HttpHeader(name, _pieces(value)) for name, value in header_pairs(given.headers)],
            body=_body(given),
            authorization=_authorization(given.authorization),
            signature=_signature(given.signature),
        )
    )


def _pieces(given: tuple[Piece, ...]) -> list[Any]:
    return [_piece(piece) for piece in given]


def _piece(given: Piece) -> Any:
    if isinstance(given, Secret):
        encoding = _channel.SecretEncoding[given.encoding.name]
        return _channel.Piece_Secret(_channel.SecretUse(given.name, encoding))
    return _channel.Piece_Text(given)


def _body(given: HttpRequest) -> Any:
    if given.body is None:
        return _channel.HttpBody_Empty()
    if isinstance(given.body, bytes):
        return _channel.HttpBody_Bytes(given.body)
    return _channel.HttpBody_Pieces(_pieces(pieces("body", given.body)))


def _authorization(given: Bearer | Basic | None) -> Any:
    if given is None:
        return None
    if isinstance(given, Bearer):
        return _channel.Authorization_Bearer(given.secret)
    return _channel.Authorization_Basic(_channel.BasicCredentials(_piece(given.user), given.password))


def _signature(given: Signature | None) -> Any:
    if given is None:
        return None
    return _channel.Signature(
        scheme=_channel.SignatureScheme[given.scheme.name],
        secret=given.secret,
        over=[_part(part) for part in given.over],
        header=given.header,
        value=[_part(part) for part in given.value],
    )


def _part(given: str | Part) -> Any:
    if isinstance(given, str):
        return _channel.SignaturePart_Text(given)
    cases = {
        Part.BODY: "SignaturePart_Body",
        Part.PATH: "SignaturePart_Path",
        Part.TIMESTAMP: "SignaturePart_Timestamp",
        Part.HEX: "SignaturePart_Hex",
        Part.BASE64: "SignaturePart_Base64",
    }
    return getattr(_channel, cases[given])()


def outcome(given: Outcome) -> Any:
    """What became of a message."""
    if isinstance(given, Sent):
        return _channel.SendOutcome_Sent(given.id)
    if isinstance(given, Later):
        return _channel.SendOutcome_Later(_channel.TryLater(given.reason, given.after_ms))
    return _channel.SendOutcome_Rejected(given.reason)
