"""Values to call a plugin with: every field has something plausible, and a test names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import date

from stammgast.events import Activity, Occasion, PointsChange
from stammgast.lookup import PastInteraction
from stammgast.messages import AddressKind, OutgoingMessage, Party
from stammgast.records import Attachment, Direction, EventContext, Interaction, Money, Purchase, PurchaseLine

NOON = 1_772_366_400_000
"""2026-03-01T12:00:00Z, when everything happens that names no time of its own."""
DAY = date(2026, 3, 1)
"""The day of it."""


def event(
    *,
    seq: int = 1,
    event_type: str = "purchase.recorded",
    occurred_at: int = NOON,
    recorded_at: int | None = None,
    customer: str | None = "ada",
) -> EventContext:
    """An event's context."""
    return EventContext(seq, event_type, occurred_at, occurred_at if recorded_at is None else recorded_at, customer)


def purchase(
    minor: int = 10_00,
    currency: str = "EUR",
    minor_digits: int = 2,
    *,
    lines: Sequence[PurchaseLine] = (),
    id: str = "purchase-1",
    source: str = "webshop",
    occurred_at: int = NOON,
) -> Purchase:
    """A purchase; `minor` is what was paid in all, in minor units such as cents."""
    return Purchase(id, source, Money(minor, currency, minor_digits), tuple(lines), occurred_at)


def line(
    amount_minor: int, category: str | None = None, *, product: str = "CD-1001", quantity: int = 1
) -> PurchaseLine:
    """A line of a purchase."""
    return PurchaseLine(product, category, quantity, amount_minor)


def occasion(
    kind: str = "birthday",
    day: date = DAY,
    *,
    years: int | None = None,
    program: str | None = None,
    points: int | None = None,
    name: str | None = None,
) -> Occasion:
    """A day that matters."""
    return Occasion(kind, day, years, program, points, name)


def activity(
    kind: str = "survey-answered",
    details: Mapping[str, str] | None = None,
    *,
    id: str = "activity-1",
    source: str = "app",
    occurred_at: int = NOON,
) -> Activity:
    """Something that a customer did."""
    return Activity(id, kind, source, tuple((details or {}).items()), occurred_at)


def points_change(
    available: int = 10, *, pending: int = 0, program: str = "points", movement: str = "earned"
) -> PointsChange:
    """Points that moved; `available` is how many came to those that can be spent."""
    return PointsChange(program, movement, available, pending)


def interaction(
    text: str = "",
    subject: str | None = None,
    *,
    id: str = "interaction-1",
    channel: str = "email",
    direction: Direction = Direction.INBOUND,
    attachments: Sequence[Attachment] = (),
    party: str | None = "ada@example.com",
    agent: str | None = None,
    topic: str | None = None,
    outcome: str | None = None,
    occurred_at: int = NOON,
) -> Interaction:
    """A contact with a customer."""
    return Interaction(
        id, channel, direction, subject, text, tuple(attachments), party, agent, topic, outcome, occurred_at
    )


def past_interaction(contact: Interaction) -> PastInteraction:
    """What looking up the past shows of a contact."""
    return PastInteraction(
        id=contact.id,
        channel=contact.channel,
        direction=contact.direction,
        topic=contact.topic,
        outcome=contact.outcome,
        subject=contact.subject,
        text=contact.text,
        occurred_at=contact.occurred_at,
    )


def outgoing_message(
    text: str = "Hello",
    subject: str | None = None,
    *,
    id: str = "interaction-1",
    to: Party | None = None,
    agent: str | None = None,
    message_id: str = "message-1@stammgast.example",
    in_reply_to: Sequence[str] = (),
    references: Sequence[str] = (),
    sent_at: int = NOON,
) -> OutgoingMessage:
    """A message that shall be sent; to `ada@example.com` where nobody is named."""
    receiver = Party(AddressKind.EMAIL, "ada@example.com") if to is None else to
    return OutgoingMessage(
        id, receiver, agent, subject, text, message_id, tuple(in_reply_to), tuple(references), sent_at
    )
