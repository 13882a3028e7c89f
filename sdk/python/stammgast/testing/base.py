"""What the stand-in for the host knows and keeps, and how it serves a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from stammgast import _edge, _host
from stammgast.effects import Earn, EarnDecimal
from stammgast.errors import PluginError
from stammgast.log import Level
from stammgast.lookup import Customer, PastInteraction, Tier
from stammgast.records import EventContext, Purchase
from stammgast.testing import samples
from stammgast.testing.call import Call, Facts, LogLine, Place
from stammgast.testing.fault import Fault

if TYPE_CHECKING:
    from stammgast._host import Effect

Settings = Mapping[str, Any] | str
"""A configuration; as text, it may be broken."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of state that a call has made."""

    customer: str | None
    """Whose state; `None` for the shared state."""
    key: str
    """The key."""
    value: bytes | None
    """The new value; `None` where it was deleted."""


@dataclass
class Base:
    """The stand-in for the host, without the calls that it makes."""

    customer: Customer | None = field(
        default_factory=lambda: Customer("ada", "person", "active", name="Ada Lovelace", language="en")
    )
    """The customer that events are about; `None` where nobody knows yet."""
    points: dict[str, int] = field(default_factory=dict)
    """The customer's available points by program. What a plugin earns is added, without decimals."""
    purchases: list[Purchase] = field(default_factory=list)
    """The customer's purchases, in any order."""
    interactions: list[PastInteraction] = field(default_factory=list)
    """The customer's contacts, in any order."""
    state: dict[Place, bytes] = field(default_factory=dict)
    """State by customer's id (`None` for shared state) and key, such as `("ada", "visits")`."""
    config: Settings = field(default_factory=dict)
    """The configuration of calls that bring none of their own; as text, it may be broken."""
    manifest: Mapping[str, Any] | None = None
    """The plugin's manifest: what it does not ask for is not granted. Without one, everything is granted."""
    effects: list[Effect] = field(default_factory=list)
    """Effects of all calls that ended well."""
    changes: list[StateChange] = field(default_factory=list)
    """Changes of state of all calls that ended well."""
    log: list[LogLine] = field(default_factory=list)
    """What all calls have logged."""
    tiers: dict[str, Tier] = field(default_factory=dict)
    """The customer's tiers by program. What a plugin proposes changes none: a program's policy decides."""

    @classmethod
    def beside(cls, file: str, **facts: Any) -> Self:
        """A host with the `manifest.json` and the `config.json` beside a file: `Host.beside(__file__)`."""
        folder = Path(file).parent
        read = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("manifest", "config")}
        return cls(**{**read, **facts})

    def _event(self, event_type: str, occurred_at: int) -> EventContext:
        customer = None if self.customer is None else self.customer.id
        return samples.event(event_type=event_type, occurred_at=occurred_at, customer=customer)

    def _event_call(
        self, plugin: Any, method: str, event: EventContext, subject: object, config: Settings | None
    ) -> list[Effect]:
        call = self._call(event.customer)
        self._ask(call, plugin, method, _edge.NOTHING, config, event, subject)
        for effect in call.effects:
            if isinstance(effect, (Earn, EarnDecimal)):
                # Rounded down, as a program does whose policy says nothing else.
                self.points[effect.program] = self.points.get(effect.program, 0) + int(Decimal(effect.points))
        for (customer, key), value in call.changed.items():
            self.changes.append(StateChange(customer, key, value))
            if value is None:
                self.state.pop((customer, key), None)
            else:
                self.state[(customer, key)] = value
        self.effects.extend(call.effects)
        return call.effects

    def _outbound(
        self, plugin: Any, method: str, wanted: tuple[type, ...], config: Settings | None, *given: object
    ) -> Any:
        call = self._call(None if self.customer is None else self.customer.id)
        answer = self._ask(call, plugin, method, wanted, config, *given)
        if call.effects or call.changed:
            raise Fault("it asked for effects or changed its state while it sent a message; only events may do so")
        return answer

    def _ask(
        self,
        call: Call,
        plugin: Any,
        method: str,
        wanted: tuple[type, ...],
        config: Settings | None,
        *given: object,
    ) -> Any:
        settings = self.config if config is None else config
        text = settings if isinstance(settings, str) else json.dumps(settings)
        asked = plugin() if isinstance(plugin, type) else plugin
        try:
            with _host.serving(call):
                return _edge.ask(asked, method, wanted, text, *given)
        except PluginError:
            raise
        except Exception as fault:
            call.write(Level.ERROR, _edge.fault_line(fault))
            raise

    def _call(self, customer: str | None) -> Call:
        newest_purchases = sorted(self.purchases, key=lambda one: (one.occurred_at, one.id), reverse=True)
        newest_contacts = sorted(self.interactions, key=lambda one: (one.occurred_at, one.id), reverse=True)
        facts = Facts(
            self._grants(),
            customer,
            self.customer,
            dict(self.points),
            dict(self.tiers),
            newest_purchases,
            newest_contacts,
            dict(self.state),
        )
        return Call(facts, self.log)

    def _grants(self) -> frozenset[str] | None:
        if self.manifest is None:
            return None
        return frozenset(request["name"] for request in self.manifest.get("capabilities", ()))
