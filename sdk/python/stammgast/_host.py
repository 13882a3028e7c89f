"""The host as the SDK's functions see it: the real one inside a component, a stand-in inside tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from stammgast.contacts import ProposeContact
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
    from stammgast.log import Level
    from stammgast.lookup import Customer, InteractionPage, PurchasePage, Tier
    from stammgast.messages import ReceivedMessage
    from stammgast.reminders import CancelReminder, SetReminder
    from stammgast.state import Scope

    LoyaltyEffect: TypeAlias = (
        Earn | EarnDecimal | ProposeTier | ProposeNoTier | IssueVoucher | MakeEligible | EndEligibility
    )
    Effect: TypeAlias = LoyaltyEffect | SetReminder | CancelReminder | ProposeContact | Finding | Item | ReceivedMessage


class Host(Protocol):
    """What a host offers. Arguments have been checked."""

    def ask(self, effect: Effect) -> None:
        """Takes an effect down."""

    def write(self, level: Level, message: str) -> None:
        """Writes a line to the log."""

    def get_state(self, scope: Scope, key: str) -> bytes | None:
        """Reads a value of state."""

    def set_state(self, scope: Scope, key: str, value: bytes) -> None:
        """Sets a value of state."""

    def delete_state(self, scope: Scope, key: str) -> None:
        """Deletes a value of state."""

    def get_customer(self) -> Customer | None:
        """Reads the event's customer."""

    def get_points(self, program: str) -> int:
        """Reads the customer's points."""

    def get_tier(self, program: str) -> Tier:
        """Reads the customer's tier."""

    def list_purchases(self, before: str | None, limit: int) -> PurchasePage:
        """Reads a page of purchases."""

    def list_interactions(self, before: str | None, limit: int) -> InteractionPage:
        """Reads a page of contacts."""


class NoHost(RuntimeError):
    """The host was called where there is none."""


_current: Host | None = None


def current() -> Host:
    """The host that the running call belongs to."""
    if _current is None:
        raise NoHost(
            "there is no host to call: not while a module is loaded, and natively only in a call that "
            "stammgast.testing.Host makes"
        )
    return _current


@contextmanager
def serving(host: Host) -> Iterator[None]:
    """Makes a host the current one for a while."""
    global _current
    before, _current = _current, host
    try:
        yield
    finally:
        _current = before
