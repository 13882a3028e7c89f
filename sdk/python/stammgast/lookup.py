"""Read-only facts about the event's customer: lists as of the event, all else as of the call.

Each record type and each further field needs a grant of its own; a field without its grant is `None` or empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from stammgast import _check, _host
from stammgast.records import Direction, Purchase


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the host knows it."""

    id: str
    """Id of the customer."""
    kind: str
    """`person` or `organisation`."""
    status: str
    """`prospect`, `active` or `former`."""
    name: str | None = None
    """The name to show. Needs the grant `lookup.customer.name`."""
    language: str | None = None
    """Preferred language, a BCP 47 tag. Needs the grant `lookup.customer.language`."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Where a customer stands in a program that has tiers."""

    code: str | None = None
    """The tier's code; `None` where the customer has none."""
    since: int | None = None
    """Since when; `None` where the customer never had one."""
    last_day: date | None = None
    """The last day on which it holds without being earned again; `None` where it holds for good."""
    in_review: bool = False
    """Whether that day has passed: the tier is lost at the end of the program's grace, unless it is earned again."""


@dataclass(frozen=True, slots=True)
class PurchasePage:
    """A page of purchases."""

    purchases: tuple[Purchase, ...]
    """The purchases, newest first."""
    next: str | None
    """Give this as `before` for the next page; `None` at the end."""


@dataclass(frozen=True, slots=True)
class PastInteraction:
    """A contact of the past."""

    id: str
    """Id of the interaction."""
    channel: str
    """The channel, such as `email` or `phone`."""
    direction: Direction
    """Which way it went."""
    topic: str | None
    """What it was about, as an agent documented it: a code such as `delivery`."""
    outcome: str | None
    """How it ended, as an agent documented it."""
    subject: str | None
    """Subject line. Needs the grant `lookup.interactions.text`."""
    text: str | None
    """What was said. Needs the grant `lookup.interactions.text`."""
    occurred_at: int
    """When it happened."""


@dataclass(frozen=True, slots=True)
class InteractionPage:
    """A page of contacts."""

    interactions: tuple[PastInteraction, ...]
    """The contacts, newest first."""
    next: str | None
    """Give this as `before` for the next page; `None` at the end."""


def customer() -> Customer | None:
    """The event's customer; `None` where the event has none. Needs the grant `lookup.customer`."""
    return _host.current().get_customer()


def points(program: str) -> int:
    """The event's customer's available points in a program; 0 where there are none. Needs the grant
    `lookup.points`."""
    return _host.current().get_points(_check.text("program", program))


def tier(program: str) -> Tier:
    """The event's customer's tier in a program. Needs the grant `lookup.tier`."""
    return _host.current().get_tier(_check.text("program", program))


def purchases(page_size: int = 100) -> Iterator[Purchase]:
    """The customer's purchases, newest first, the event's own among them. Needs the grant `lookup.purchases`; lines
    need `lookup.purchases.lines` and are empty without it.

    Pages are asked for as the loop goes on, so end it (`break`, `itertools.islice`) when you have seen enough: each
    page is a call of the host, and calls are limited.
    """
    before = None
    while True:
        page = purchase_page(before, page_size)
        yield from page.purchases
        before = page.next
        if before is None:
            return


def interactions(page_size: int = 100) -> Iterator[PastInteraction]:
    """The customer's contacts, newest first, the event's own among them. Needs the grant `lookup.interactions`.

    Pages are asked for as the loop goes on; see `purchases`.
    """
    before = None
    while True:
        page = interaction_page(before, page_size)
        yield from page.interactions
        before = page.next
        if before is None:
            return


def purchase_page(before: str | None = None, limit: int = 100) -> PurchasePage:
    """One page of what `purchases` gives: at most `limit`, and at most 100."""
    return _host.current().list_purchases(_check.optional_text("before", before), _limit(limit))


def interaction_page(before: str | None = None, limit: int = 100) -> InteractionPage:
    """One page of what `interactions` gives: at most `limit`, and at most 100."""
    return _host.current().list_interactions(_check.optional_text("before", before), _limit(limit))


def _limit(limit: int) -> int:
    return _check.integer("limit", limit, 1, _check.U32)
