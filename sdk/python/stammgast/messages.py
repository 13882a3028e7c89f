"""Messages of channels: what comes in, and what shall go out."""

from dataclasses import dataclass
from enum import Enum

from stammgast import _check
from stammgast.records import Attachment, Direction


class AddressKind(Enum):
    """What sort of address somebody has."""

    EMAIL = "email"
    """An e-mail address, without display name and angle brackets."""
    PHONE = "phone"
    """A telephone number with its country code."""
    HANDLE = "handle"
    """A name on a social network, such as `@ada@example.social`."""
    CHAT = "chat"
    """A chat identifier given by a messaging provider."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who takes part in a conversation."""

    kind: AddressKind
    """What sort of address it is."""
    address: str
    """The address. The host brings it into normal form; when it is none of its kind, the contact waits for a
    person."""
    name: str | None = None
    """Display name."""

    def __post_init__(self) -> None:
        _check.one("Party.kind", self.kind, AddressKind)
        _check.text("Party.address", self.address)
        _check.optional_text("Party.name", self.name)


@dataclass(frozen=True, slots=True)
class RawMessage:
    """Raw bytes as the channel delivered them."""

    body: bytes
    """The bytes."""
    media_type: str
    """Media type that the deliverer named, such as `message/rfc822`."""
    received_at: int
    """When the host received them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """A message that was read from raw bytes."""

    text: str
    """Plain text, quoted lines included; at most 200,000 characters."""
    direction: Direction = Direction.INBOUND
    """Which way it went."""
    party: Party | None = None
    """The customer's side; `None` where the bytes name nobody. Then the contact waits for a person."""
    external_id: str | None = None
    """The message's name in its channel, such as its Message-ID; at most 1,000 characters. The same name twice is one
    contact."""
    subject: str | None = None
    """Subject line, at most 2,000 characters; `None` where it is blank."""
    attachments: tuple[Attachment, ...] = ()
    """Attachments, at most 100; names of at most 300 characters."""
    message_id: str | None = None
    """The message's own id, at most 1,000 characters."""
    in_reply_to: tuple[str, ...] = ()
    """Ids of the messages it answers, at most 100 of at most 1,000 characters."""
    references: tuple[str, ...] = ()
    """Ids of its whole ancestry, oldest first, at most 100 of at most 1,000 characters."""
    agent: str | None = None
    """Who handled it, for messages that went out; at most 200 characters."""
    sent_at: int | None = None
    """When it was sent, as the message says."""

    def __post_init__(self) -> None:
        _check.text("ReceivedMessage.text", self.text)
        _check.one("ReceivedMessage.direction", self.direction, Direction)
        if self.party is not None:
            _check.one("ReceivedMessage.party", self.party, Party)
        for name in ("external_id", "subject", "message_id", "agent"):
            _check.optional_text(f"ReceivedMessage.{name}", getattr(self, name))
        attachments = _check.several("ReceivedMessage.attachments", self.attachments, Attachment)
        # Lists are welcome, too; kept as tuples, equal messages are equal.
        object.__setattr__(self, "attachments", attachments)
        for name in ("in_reply_to", "references"):
            object.__setattr__(self, name, _check.texts(f"ReceivedMessage.{name}", getattr(self, name)))
        if self.sent_at is not None:
            _check.timestamp("ReceivedMessage.sent_at", self.sent_at)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message that shall be sent."""

    id: str
    """Id of the interaction that it becomes."""
    to: Party
    """The customer's side."""
    agent: str | None
    """Who writes, by name."""
    subject: str | None
    """Subject line."""
    text: str
    """Plain text."""
    message_id: str
    """The id that the message shall carry, without angle brackets."""
    in_reply_to: tuple[str, ...]
    """Ids of the messages it answers."""
    references: tuple[str, ...]
    """Ids of its whole ancestry, oldest first."""
    sent_at: int
    """When it is sent."""


@dataclass(frozen=True, slots=True)
class MailRequest:
    """A message for the tenant's mail server (RFC 5321)."""

    mail_from: str
    """Envelope sender."""
    recipients: tuple[str, ...]
    """Envelope recipients."""
    message: bytes
    """The message (RFC 5322), with CRLF line ends. `email.message.EmailMessage` makes it with
    `as_bytes(policy=email.policy.SMTP)`; import `email.generator`, too, at the top of the file."""

    def __post_init__(self) -> None:
        _check.text("MailRequest.mail_from", self.mail_from)
        object.__setattr__(self, "recipients", _check.texts("MailRequest.recipients", self.recipients))
        object.__setattr__(self, "message", _check.data("MailRequest.message", self.message))


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message."""

    id: str | None = None
    """The id that it gave the message."""

    def __post_init__(self) -> None:
        _check.optional_text("Sent.id", self.id)


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the message is to be tried again."""

    reason: str
    """Why, for people."""
    after_ms: int | None = None
    """Milliseconds to wait at least, where the provider says so."""

    def __post_init__(self) -> None:
        _check.text("Later.reason", self.reason)
        if self.after_ms is not None:
            _check.integer("Later.after_ms", self.after_ms, 0, _check.U64)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider will not take the message."""

    reason: str
    """Why, for people."""

    def __post_init__(self) -> None:
        _check.text("Rejected.reason", self.reason)


Outcome = Sent | Later | Rejected
"""What became of a message."""
