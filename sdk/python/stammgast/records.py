"""Records that appear in events and effects, as package `stammgast:types` of the contract defines them.

Times are milliseconds since 1970-01-01T00:00:00Z; `time_of` makes a `datetime` of them. Money is a whole number of
minor units. There are no floats.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from stammgast import _check

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_of(timestamp: int) -> datetime:
    """The `datetime` in UTC of a time of the contract."""
    return _EPOCH + timedelta(milliseconds=timestamp)


def millis_of(time: datetime) -> int:
    """The time of the contract of a `datetime`, which must know its time zone."""
    if time.tzinfo is None:
        raise ValueError("the time has no time zone; make it with datetime(…, tzinfo=UTC)")
    return (time - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money."""

    minor: int
    """Minor units, such as cents."""
    currency: str
    """ISO 4217 code, such as `EUR`."""
    minor_digits: int
    """Digits after the decimal sign that this currency has: 2 for EUR, 0 for JPY."""

    @property
    def unit(self) -> int:
        """How many minor units make one full unit: 100 for EUR, 1 for JPY."""
        return int(10**self.minor_digits)

    @property
    def decimal(self) -> str:
        """The amount with all its digits and a point, such as `12.50`."""
        sign = "-" if self.minor < 0 else ""
        whole, rest = divmod(abs(self.minor), self.unit)
        return f"{sign}{whole}.{rest:0{self.minor_digits}d}" if self.minor_digits else f"{sign}{whole}"

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


@dataclass(frozen=True, slots=True)
class EventContext:
    """What every call is told about the event it is called for."""

    seq: int
    """Place of the event in the tenant's log, from 1."""
    event_type: str
    """Sort of event, such as `purchase.recorded`."""
    occurred_at: int
    """When it happened in the world. The plugin's clock shows this time, too."""
    recorded_at: int
    """When it was recorded."""
    customer: str | None
    """Id of the customer it is about; `None` where nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an effect is asked for. People read the text beside the result."""

    code: str
    """A code for machines: lower-case letters, digits, `-`, `_`, `.`; 1 to 64 characters."""
    text: str
    """A sentence for people; 1 to 1,000 characters."""

    def __post_init__(self) -> None:
        _check.text("Reason.code", self.code)
        _check.text("Reason.text", self.text)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in a record something shows."""

    field: str
    """The field, a code such as `subject` or `text`."""
    quote: str
    """The words that show it, at most 500 characters; empty where something is missing."""

    def __post_init__(self) -> None:
        _check.text("Evidence.field", self.field)
        _check.text("Evidence.quote", self.quote)


class Direction(Enum):
    """Which way a contact went."""

    INBOUND = "inbound"
    """From the customer to the company."""
    OUTBOUND = "outbound"
    """From the company to the customer."""


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One line of a purchase."""

    product: str
    """The product's code in the shop."""
    category: str | None
    """The product's category."""
    quantity: int
    """How many pieces."""
    amount_minor: int
    """Minor units of the whole line, in the purchase's currency."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase."""

    id: str
    """Id of the purchase."""
    source: str
    """The system that told of it, such as `webshop`."""
    amount: Money
    """What was paid in all."""
    lines: tuple[PurchaseLine, ...]
    """What was bought; empty where the source does not tell."""
    occurred_at: int
    """When it was bought."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment, by description."""

    name: str
    """File name as the sender gave it; may be empty."""
    media_type: str
    """Media type, such as `image/png`."""
    size: int
    """Size in bytes after decoding."""

    def __post_init__(self) -> None:
        _check.text("Attachment.name", self.name)
        _check.text("Attachment.media_type", self.media_type)
        _check.integer("Attachment.size", self.size, 0, _check.U64)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One contact with a customer, as checks and routing rules see it."""

    id: str
    """Id of the interaction."""
    channel: str
    """The channel, such as `email` or `phone`."""
    direction: Direction
    """Which way it went."""
    subject: str | None
    """Subject line."""
    text: str
    """What was said, in full, as plain text."""
    attachments: tuple[Attachment, ...]
    """Attachments."""
    party: str | None
    """The customer's side as the channel named it: an address."""
    agent: str | None
    """Who handled the contact."""
    topic: str | None
    """What it was about, as an agent documented it: a code such as `delivery`."""
    outcome: str | None
    """How it ended, as an agent documented it."""
    occurred_at: int
    """When it happened."""
