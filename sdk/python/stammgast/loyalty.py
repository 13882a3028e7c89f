"""Loyalty rules: what has this customer earned?"""

from abc import ABC, abstractmethod
from typing import Any

from stammgast import _edge, _host
from stammgast.config import Config
from stammgast.effects import Earn
from stammgast.records import EventContext, Purchase, Reason

__all__ = ["Earn", "Rules", "earn", "export"]


class Rules(ABC):
    """Rules about purchases."""

    @abstractmethod
    def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
        """Called for every purchase. A call may be repeated after a fault, but its effects happen once."""


def earn(program: str, points: int, reason: Reason) -> None:
    """The event's customer earns points: 1 to 1,000,000,000,000. Nothing happens before the call has ended well.
    Needs the grant `loyalty.earn`."""
    _host.current().ask(Earn(program, points, reason))


def export(plugin: type[Rules]) -> type[Any]:
    """What the component exports: `PurchaseRules = loyalty.export(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("loyalty", "PurchaseRules", plugin)
