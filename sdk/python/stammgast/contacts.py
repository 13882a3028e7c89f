"""Saying something to customers, through the grant `contacts.propose`. For loyalty plugins.

The host decides whether it is said: it goes by consent, by the tenant's limits for each purpose, and by hours of rest.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from stammgast import _check, _host
from stammgast.records import Reason


class Purpose(Enum):
    """What a message is for."""

    SERVICE = "service"
    """The customer needs it: about an order, a contract, an answer."""
    RELATIONSHIP = "relationship"
    """It cares for the relationship: congratulations, thanks, news of the program."""
    SELLING = "selling"
    """It sells."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to the event's customer."""

    purpose: Purpose
    """What it is for."""
    topic: str
    """What it is about: a code such as `birthday`. The same topic is said once a day at most."""
    title: str
    """A line that says what it is; 1 to 300 characters."""
    text: str
    """What is said; 1 to 10,000 characters."""
    offer: str | None = None
    """A voucher that goes with it: the code of one of the tenant's offers. Where the message may not be said, none is
    issued. The host refuses one in a message of the purpose `SERVICE`."""
    last_day: date | None = None
    """The last day on which it makes sense; `None` where it always does."""

    def __post_init__(self) -> None:
        _check.one("Message.purpose", self.purpose, Purpose)
        _check.text("Message.topic", self.topic)
        _check.text("Message.title", self.title)
        _check.text("Message.text", self.text)
        _check.optional_text("Message.offer", self.offer)
        _check.optional_day("Message.last_day", self.last_day)


@dataclass(frozen=True, slots=True)
class ProposeContact:
    """The event's customer should be told something."""

    message: Message
    """What."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.one("message", self.message, Message)
        _check.one("reason", self.reason, Reason)


def propose(message: Message, reason: Reason) -> None:
    """Proposes a message. Nothing happens before the call has ended well."""
    _host.current().ask(ProposeContact(message, reason))
