"""Loyalty rules: what has this customer earned?

Each family of events has a class of its own. A plugin derives from those of the events that its manifest names, and
exports each of them.
"""

from abc import ABC, abstractmethod
from datetime import date
from typing import Any

from stammgast import _edge, _host
from stammgast.config import Config
from stammgast.effects import Earn, EarnDecimal, EndEligibility, IssueVoucher, MakeEligible, ProposeNoTier, ProposeTier
from stammgast.events import Activity, Occasion, PointsChange
from stammgast.records import EventContext, Purchase, Reason

__all__ = [
    "Activity",
    "ActivityRules",
    "Earn",
    "EarnDecimal",
    "EndEligibility",
    "IssueVoucher",
    "MakeEligible",
    "Occasion",
    "OccasionRules",
    "PointsChange",
    "PointsRules",
    "ProposeNoTier",
    "ProposeTier",
    "Rules",
    "earn",
    "earn_decimal",
    "end_eligibility",
    "export",
    "export_activities",
    "export_occasions",
    "export_points",
    "issue_voucher",
    "make_eligible",
    "propose_no_tier",
    "propose_tier",
]


class Rules(ABC):
    """Rules about purchases: `purchase.recorded`."""

    @abstractmethod
    def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
        """Called for every purchase. A call may be repeated after a fault, but its effects happen once."""


class OccasionRules(ABC):
    """Rules about days that matter: `occasion.reached`."""

    @abstractmethod
    def on_occasion(self, event: EventContext, occasion: Occasion, config: Config) -> None:
        """Called for every occasion, once, at the beginning of its day in the tenant's time zone, and later where the
        server was down. A call may be repeated after a fault, but its effects happen once."""


class ActivityRules(ABC):
    """Rules about what customers do beside buying: `activity.recorded`."""

    @abstractmethod
    def on_activity(self, event: EventContext, activity: Activity, config: Config) -> None:
        """Called for every activity. A call may be repeated after a fault, but its effects happen once."""


class PointsRules(ABC):
    """Rules about points that moved: `loyalty.points-posted`."""

    @abstractmethod
    def on_points(self, event: EventContext, change: PointsChange, config: Config) -> None:
        """Called whenever a customer's points moved, those among them that the plugin itself asked for. A call may be
        repeated after a fault, but its effects happen once."""


def earn(program: str, points: int, reason: Reason) -> None:
    """The event's customer earns points: 1 to 1,000,000,000,000. Nothing happens before the call has ended well.
    Needs the grant `loyalty.earn`."""
    _host.current().ask(Earn(program, points, reason))


def earn_decimal(program: str, points: str, reason: Reason) -> None:
    """The same with a number that need not be whole, such as `12.5`: digits, and after a point at most 9 more. The
    program's policy rounds it; what is less than a point after that earns nothing. `f"{points:f}"` writes a `Decimal`
    so. Needs the grant `loyalty.earn`."""
    _host.current().ask(EarnDecimal(program, points, reason))


def propose_tier(program: str, tier: str, reason: Reason) -> None:
    """The event's customer should have this tier of a program. The program's policy decides: a higher tier holds at
    once, the same tier holds longer (where points moved, only if some were earned), and a lower one holds when the
    tier's time and its grace are over. With too few points for it by the policy, the next lower tier counts as proposed
    for which they are enough, or none where they are enough for no tier. A program that has no tiers, or not this one,
    is a fault. Nothing happens before the call has ended well. Needs the grant `loyalty.propose-tier`."""
    _host.current().ask(ProposeTier(program, tier, reason))


def propose_no_tier(program: str, reason: Reason) -> None:
    """The event's customer should have no tier of a program any more. The tier holds until its time and its grace are
    over, and then none, or the next lower one where the policy goes down by steps. Said after the tier's time it
    changes nothing. A program that has no tiers is a fault. Nothing happens before the call has ended well. Needs the
    grant `loyalty.propose-tier`."""
    _host.current().ask(ProposeNoTier(program, reason))


def issue_voucher(offer: str, reason: Reason) -> None:
    """The event's customer gets a voucher of one of the tenant's offers. Nothing happens before the call has ended
    well. Needs the grant `loyalty.issue-voucher`."""
    _host.current().ask(IssueVoucher(offer, reason))


def make_eligible(reward: str, last_day: date | None, reason: Reason) -> None:
    """The event's customer may claim a reward that is open to eligible customers: to the end of `last_day` in the
    tenant's time zone, or until `end_eligibility`; `None` is without end. One word holds for a customer and a reward,
    whoever says it: the last one, by the time of the events. Nothing happens before the call has ended
    well. Needs the grant `loyalty.make-eligible`."""
    _host.current().ask(MakeEligible(reward, last_day, reason))


def end_eligibility(reward: str, reason: Reason) -> None:
    """The event's customer may not claim that reward any more; what is claimed stays. Nothing happens before the call
    has ended well. Needs the grant `loyalty.make-eligible`."""
    _host.current().ask(EndEligibility(reward, reason))


def export(plugin: type[Rules]) -> type[Any]:
    """What the component exports: `PurchaseRules = loyalty.export(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("loyalty", "PurchaseRules", plugin)


def export_occasions(plugin: type[OccasionRules]) -> type[Any]:
    """What the component exports: `OccasionRules = loyalty.export_occasions(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("loyalty", "OccasionRules", plugin, "export_occasions")


def export_activities(plugin: type[ActivityRules]) -> type[Any]:
    """What the component exports: `ActivityRules = loyalty.export_activities(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("loyalty", "ActivityRules", plugin, "export_activities")


def export_points(plugin: type[PointsRules]) -> type[Any]:
    """What the component exports: `PointsRules = loyalty.export_points(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("loyalty", "PointsRules", plugin, "export_points")
