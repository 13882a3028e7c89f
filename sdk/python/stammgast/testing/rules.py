"""What the host accepts of an effect, so that a test finds what the host would refuse."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from stammgast.contacts import Message, ProposeContact, Purpose
from stammgast.effects import (
    Earn,
    EarnDecimal,
    EndEligibility,
    Finding,
    IssueVoucher,
    Item,
    MakeEligible,
    ProposeNoTier,
    ProposeTier,
)
from stammgast.messages import ReceivedMessage
from stammgast.records import Evidence, Reason
from stammgast.reminders import CancelReminder, SetReminder
from stammgast.testing.fault import Fault

if TYPE_CHECKING:
    from stammgast._host import Effect, LoyaltyEffect

MOST_POINTS = 1_000_000_000_000

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]{1,9})?")

_GRANTS: dict[type, str] = {
    Earn: "loyalty.earn",
    EarnDecimal: "loyalty.earn",
    ProposeTier: "loyalty.propose-tier",
    ProposeNoTier: "loyalty.propose-tier",
    IssueVoucher: "loyalty.issue-voucher",
    MakeEligible: "loyalty.make-eligible",
    EndEligibility: "loyalty.make-eligible",
    SetReminder: "reminders",
    CancelReminder: "reminders",
    ProposeContact: "contacts.propose",
    Finding: "quality.raise-finding",
    Item: "feedback.open-item",
    ReceivedMessage: "channel.receive-message",
}


def grant_of(effect: Effect) -> str:
    """The grant that an effect needs."""
    return next(grant for kind, grant in _GRANTS.items() if isinstance(effect, kind))


def check(effect: Effect, customer: str | None) -> None:
    """Raises a fault where the host would refuse an effect."""
    if isinstance(effect, (Earn, EarnDecimal, ProposeTier, ProposeNoTier, IssueVoucher, MakeEligible, EndEligibility)):
        _loyalty(effect, customer)
    elif isinstance(effect, (SetReminder, CancelReminder)):
        _need_customer(customer, "be reminded of")
        _code("name", effect.name)
    elif isinstance(effect, ProposeContact):
        _need_customer(customer, "be told anything")
        _message(effect.message)
        _reason(effect.reason)
    elif isinstance(effect, Finding):
        _reason(effect.reason)
        _evidence(effect.evidence)
    elif isinstance(effect, Item):
        _item(effect)
    else:
        _received(effect)


def _need_customer(customer: str | None, what: str) -> None:
    if customer is None:
        raise Fault(f"the event has no customer, so nobody can {what}")


def _loyalty(effect: LoyaltyEffect, customer: str | None) -> None:
    if isinstance(effect, ProposeTier):
        _need_customer(customer, "have a tier")
        _code("program", effect.program)
        _code("tier", effect.tier)
    elif isinstance(effect, ProposeNoTier):
        _need_customer(customer, "have a tier")
        _code("program", effect.program)
    elif isinstance(effect, IssueVoucher):
        _need_customer(customer, "get a voucher")
        _code("offer", effect.offer)
    elif isinstance(effect, (MakeEligible, EndEligibility)):
        _need_customer(customer, "be eligible for a reward")
        _code("reward", effect.reward)
    else:
        _need_customer(customer, "earn points")
        _code("program", effect.program)
        _points(effect.points)
    _reason(effect.reason)


def _points(points: int | str) -> None:
    if isinstance(points, int):
        if not 1 <= points <= MOST_POINTS:
            raise Fault(f"points is {points}; 1 to {MOST_POINTS} can be earned at once")
        return
    if _DECIMAL.fullmatch(points) is None:
        raise Fault(f"points is `{points}`; write digits, and after a point 1 to 9 more, such as 12.5")
    if not 0 < Decimal(points) <= MOST_POINTS:
        raise Fault(f"points is {points}; more than 0 and at most {MOST_POINTS} can be earned at once")


def _message(message: Message) -> None:
    _code("topic", message.topic)
    _required("title", message.title, 300)
    _required("text", message.text, 10_000)
    if message.offer is not None:
        _code("offer", message.offer)
        if message.purpose is Purpose.SERVICE:
            raise Fault(
                "a service message carries no offer; choose the purpose `relationship` or `selling`, or leave the "
                "offer out"
            )


def _item(item: Item) -> None:
    _code("department", item.department)
    _code("topic", item.topic)
    _required("title", item.title, 300)
    _reason(item.reason)
    _evidence(item.evidence)


def _received(message: ReceivedMessage) -> None:
    _at_most("text", message.text, 200_000)
    _at_most("subject", message.subject or "", 2_000)
    _at_most("agent", message.agent or "", 200)
    for field in ("external_id", "message_id"):
        _at_most(field, getattr(message, field) or "", 1_000)
    for field in ("in_reply_to", "references", "attachments"):
        if len(getattr(message, field)) > 100:
            raise Fault(f"{field} has {len(getattr(message, field))} entries; at most 100 fit")
    for name in (*message.in_reply_to, *message.references):
        _at_most("an id in in_reply_to or references", name, 1_000)
    for attachment in message.attachments:
        _at_most("an attachment's name", attachment.name, 300)


def _reason(reason: Reason) -> None:
    _code("reason.code", reason.code)
    _required("reason.text", reason.text, 1_000)


def _evidence(evidence: Evidence | None) -> None:
    if evidence is not None:
        _code("evidence.field", evidence.field)
        _at_most("evidence.quote", evidence.quote, 500)


def _code(field: str, text: str) -> None:
    if _CODE.fullmatch(text) is None:
        raise Fault(
            f"{field} `{text}` may hold only lower-case letters, digits, `-`, `_` and `.`, starts with a letter or "
            "digit, and has 1 to 64 characters"
        )


def _required(field: str, text: str, limit: int) -> None:
    if not text.strip():
        raise Fault(f"{field} is empty; write at least one character")
    _at_most(field, text, limit)


def _at_most(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Fault(f"{field} has {len(text)} characters; at most {limit} fit")
