"""What the host accepts of an effect, so that a test finds what the host would refuse."""

import re

from stammgast.effects import Earn, Finding, Item
from stammgast.messages import ReceivedMessage
from stammgast.records import Evidence, Reason
from stammgast.testing.fault import Fault

MOST_POINTS = 1_000_000_000_000

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def grant_of(effect: Earn | Finding | Item | ReceivedMessage) -> str:
    """The grant that an effect needs."""
    if isinstance(effect, Earn):
        return "loyalty.earn"
    if isinstance(effect, Finding):
        return "quality.raise-finding"
    if isinstance(effect, Item):
        return "feedback.open-item"
    return "channel.receive-message"


def check(effect: Earn | Finding | Item | ReceivedMessage, customer: str | None) -> None:
    """Raises a fault where the host would refuse an effect."""
    if isinstance(effect, Earn):
        _earn(effect, customer)
    elif isinstance(effect, Finding):
        _reason(effect.reason)
        _evidence(effect.evidence)
    elif isinstance(effect, Item):
        _item(effect)
    else:
        _received(effect)


def _earn(effect: Earn, customer: str | None) -> None:
    if customer is None:
        raise Fault("the event has no customer, so nobody can earn points")
    _code("program", effect.program)
    if not 1 <= effect.points <= MOST_POINTS:
        raise Fault(f"points is {effect.points}; 1 to {MOST_POINTS} can be earned at once")
    _reason(effect.reason)


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
