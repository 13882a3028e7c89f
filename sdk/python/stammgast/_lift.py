"""From componentize-py's classes to the records of the SDK."""

from datetime import date
from typing import Any

from stammgast.events import Activity, Occasion, PointsChange
from stammgast.lookup import Customer, InteractionPage, PastInteraction, PurchasePage, Tier
from stammgast.messages import AddressKind, OutgoingMessage, Party, RawMessage
from stammgast.records import Attachment, Direction, EventContext, Interaction, Money, Purchase, PurchaseLine
from stammgast.requests import HttpResponse


def event(given: Any) -> EventContext:
    """An event's context."""
    return EventContext(given.seq, given.event_type, given.occurred_at, given.recorded_at, given.customer)


def purchase(given: Any) -> Purchase:
    """A purchase."""
    amount = Money(given.amount.minor, given.amount.currency, given.amount.minor_digits)
    lines = tuple([PurchaseLine(line.product, line.category, line.quantity, line.amount_minor) for line in given.lines])
    return Purchase(given.id, given.source, amount, lines, given.occurred_at)


def interaction(given: Any) -> Interaction:
    """A contact."""
    return Interaction(
        id=given.id,
        channel=given.channel,
        direction=Direction[given.direction.name],
        subject=given.subject,
        text=given.text,
        attachments=tuple([Attachment(one.name, one.media_type, one.size) for one in given.attachments]),
        party=given.party,
        agent=given.agent,
        topic=given.topic,
        outcome=given.outcome,
        occurred_at=given.occurred_at,
    )


def occasion(given: Any) -> Occasion:
    """A day that matters."""
    return Occasion(given.kind, _day(given.day), given.years, given.program, given.points, given.name)


def activity(given: Any) -> Activity:
    """Something that a customer did."""
    details = tuple([(name, text) for name, text in given.details])
    return Activity(given.id, given.kind, given.source, details, given.occurred_at)


def points_change(given: Any) -> PointsChange:
    """Points that moved."""
    return PointsChange(given.program, given.movement, given.available, given.pending)


def raw_message(given: Any) -> RawMessage:
    """Raw bytes of a channel."""
    return RawMessage(given.body, given.media_type, given.received_at)


def outgoing_message(given: Any) -> OutgoingMessage:
    """A message that shall be sent."""
    return OutgoingMessage(
        id=given.id,
        to=Party(AddressKind[given.to.kind.name], given.to.address, given.to.name),
        agent=given.agent,
        subject=given.subject,
        text=given.text,
        message_id=given.message_id,
        in_reply_to=tuple(given.in_reply_to),
        references=tuple(given.references),
        sent_at=given.sent_at,
    )


def http_response(given: Any) -> HttpResponse:
    """What came back over HTTP."""
    return HttpResponse(given.status, tuple([(name, value) for name, value in given.headers]), given.body)


def customer(given: Any) -> Customer | None:
    """A customer, where there is one."""
    if given is None:
        return None
    return Customer(given.id, given.kind, given.status, given.name, given.language)


def tier(given: Any) -> Tier:
    """Where a customer stands in a program."""
    last_day = None if given.last_day is None else _day(given.last_day)
    return Tier(given.code, given.since, last_day, given.in_review)


def purchase_page(given: Any) -> PurchasePage:
    """A page of purchases."""
    return PurchasePage(tuple([purchase(one) for one in given.purchases]), given.next)


def interaction_page(given: Any) -> InteractionPage:
    """A page of contacts."""
    return InteractionPage(tuple([_past_interaction(one) for one in given.interactions]), given.next)


def _day(given: Any) -> date:
    return date(given.year, given.month, given.day)


def _past_interaction(given: Any) -> PastInteraction:
    return PastInteraction(
        id=given.id,
        channel=given.channel,
        direction=Direction[given.direction.name],
        topic=given.topic,
        outcome=given.outcome,
        subject=given.subject,
        text=given.text,
        occurred_at=given.occurred_at,
    )
