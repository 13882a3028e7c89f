"""Quality checks: does this contact meet our standards?"""

from abc import ABC, abstractmethod
from typing import Any

from stammgast import _edge, _host
from stammgast.config import Config
from stammgast.effects import Finding, Severity
from stammgast.records import EventContext, Evidence, Interaction, Reason

__all__ = ["Checks", "Finding", "Severity", "export", "raise_finding"]


class Checks(ABC):
    """Checks of contacts."""

    @abstractmethod
    def check_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
        """Called for every recorded contact, and once more when a waiting contact was assigned to its customer. A
        call may be repeated after a fault, but its effects happen once."""


def raise_finding(severity: Severity, reason: Reason, evidence: Evidence | None = None) -> None:
    """The checked contact deviates from a standard; the reason's code names the broken rule. Nothing happens before
    the call has ended well. Needs the grant `quality.raise-finding`."""
    _host.current().ask(Finding(severity, reason, evidence))


def export(plugin: type[Checks]) -> type[Any]:
    """What the component exports: `InteractionChecks = quality.export(Plugin)` at the end of `plugin.py`."""
    return _edge.exported("quality", "InteractionChecks", plugin)
