"""Feedback routing: which department has to hear this, and what should they do?"""

from abc import ABC, abstractmethod
from typing import Any

from stammgast import _check, _edge, _host
from stammgast.config import Config
from stammgast.effects import Item, Kind
from stammgast.records import EventContext, Interaction

__all__ = ["Item", "Kind", "Routes", "export", "open_item"]


class Routes(ABC):
    """Rules that route contacts."""

    @abstractmethod
    def route_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
        """Called for every recorded contact, and once more when a waiting contact was assigned to its customer. A
        call may be repeated after a fault, but its effects happen once."""


def open_item(item: Item) -> None:
    """A department has to hear this. Nothing happens before the call has ended well. Needs the grant
    `feedback.open-item`."""
    _host.current().ask(_check.one("item", item, Item))


def export(plugin: type[Routes]) -> type[Any]:
    """What the component exports: `InteractionRoutes = feedback.export(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("feedback", "InteractionRoutes", plugin)
