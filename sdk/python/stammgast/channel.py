"""Channel connectors: what did this channel just tell us, and how do we answer there?

A connector does no I/O. It reads bytes that the host received and builds bytes that the host sends.
"""

from abc import ABC, abstractmethod
from typing import Any

from stammgast import _check, _edge, _host
from stammgast.bodies import form_body, json_body, percent_encoded
from stammgast.config import Config
from stammgast.errors import Unsupported
from stammgast.messages import (
    AddressKind,
    Later,
    MailRequest,
    Outcome,
    OutgoingMessage,
    Party,
    RawMessage,
    ReceivedMessage,
    Rejected,
    Sent,
)
from stammgast.records import EventContext
from stammgast.requests import (
    Basic,
    Bearer,
    Encoding,
    HttpRequest,
    HttpResponse,
    Method,
    Part,
    Piece,
    Pieces,
    Scheme,
    Secret,
    Signature,
    by_status,
    secret,
)

__all__ = [
    "AddressKind",
    "Basic",
    "Bearer",
    "Connector",
    "Encoding",
    "HttpRequest",
    "HttpResponse",
    "Later",
    "MailRequest",
    "Method",
    "Outcome",
    "OutgoingMessage",
    "Part",
    "Party",
    "Piece",
    "Pieces",
    "RawMessage",
    "ReceivedMessage",
    "Rejected",
    "Scheme",
    "Secret",
    "SendRequest",
    "Sent",
    "Signature",
    "by_status",
    "export",
    "form_body",
    "json_body",
    "percent_encoded",
    "receive_message",
    "secret",
]

SendRequest = MailRequest | HttpRequest
"""A request that the host shall perform: for the tenant's mail server, or over HTTP, which needs the grant
`channel.send-http`."""


class Connector(ABC):
    """A connector of a channel. One that cannot send leaves out `build_send` and `read_response`."""

    @abstractmethod
    def read_message(self, event: EventContext, raw: RawMessage, config: Config) -> None:
        """Called for every delivery: reads its bytes and calls `receive_message` for each message in them. A call may
        be repeated after a fault, but its effects happen once."""

    def build_send(self, message: OutgoingMessage, config: Config) -> SendRequest:
        """Builds the request that sends a message. No effects and no changes of state may be asked for here."""
        raise Unsupported("this channel cannot send messages")

    def read_response(self, message: OutgoingMessage, response: HttpResponse, config: Config) -> Outcome:
        """Says what a response over HTTP means for the message that `build_send` built; `by_status` where the status
        says it all. No effects and no changes of state may be asked for here. Messages that went to a mail server are
        not asked about."""
        return by_status(response)


def receive_message(message: ReceivedMessage) -> None:
    """The raw bytes held this message. Nothing happens before the call has ended well. Needs the grant
    `channel.receive-message`."""
    _host.current().ask(_check.one("message", message, ReceivedMessage))


def export(plugin: type[Connector]) -> tuple[type[Any], type[Any]]:
    """What the component exports: `Inbound, Outbound = channel.export(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("channel", "Inbound", plugin), _edge.exported("channel", "Outbound", plugin)
