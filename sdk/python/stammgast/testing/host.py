"""The stand-in for the host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stammgast import _edge, _host
from stammgast.channel import (
    Connector,
    HttpRequest,
    HttpResponse,
    Later,
    MailRequest,
    Outcome,
    OutgoingMessage,
    RawMessage,
    Rejected,
    SendRequest,
    Sent,
)
from stammgast.effects import Earn
from stammgast.errors import PluginError
from stammgast.feedback import Routes
from stammgast.log import Level
from stammgast.lookup import Customer, PastInteraction
from stammgast.loyalty import Rules
from stammgast.quality import Checks
from stammgast.records import EventContext, Interaction, Purchase
from stammgast.testing import samples, sending
from stammgast.testing.call import Call, Facts, LogLine, Place
from stammgast.testing.fault import Fault

if TYPE_CHECKING:
    from stammgast._host import Effect

__all__ = ["Host", "LogLine", "StateChange"]

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
class Host:
    """Stands in for the host, for one customer: calls a plugin as the host does, and keeps what it asks for.

    As with the host, nothing that a call asks for happens unless it ends well, and later calls see what has happened.
    What the plugin raises comes out of the call; what the host would not put up with is a `Fault`.
    """

    customer: Customer | None = field(
        default_factory=lambda: Customer("ada", "person", "active", name="Ada Lovelace", language="en")
    )
    """The customer that events are about; `None` where nobody knows yet."""
    points: dict[str, int] = field(default_factory=dict)
    """The customer's available points by program."""
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

    @classmethod
    def beside(cls, file: str, **facts: Any) -> Host:
        """A host with the `manifest.json` and the `config.json` beside a file: `Host.beside(__file__)`."""
        folder = Path(file).parent
        read = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("manifest", "config")}
        return cls(**{**read, **facts})

    def on_purchase(
        self,
        plugin: type[Rules] | Rules,
        purchase: Purchase,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Tells a loyalty plugin of a purchase: the effects that it asks for."""
        event = event or self._event("purchase.recorded", purchase.occurred_at)
        if event.customer is not None:
            self.purchases = [one for one in self.purchases if one.id != purchase.id] + [purchase]
        return self._event_call(plugin, "on_purchase", event, purchase, config)

    def check_interaction(
        self,
        plugin: type[Checks] | Checks,
        interaction: Interaction,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Tells a quality plugin of a contact: the effects that it asks for."""
        return self._on_interaction(plugin, "check_interaction", interaction, event, config)

    def route_interaction(
        self,
        plugin: type[Routes] | Routes,
        interaction: Interaction,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Tells a feedback plugin of a contact: the effects that it asks for."""
        return self._on_interaction(plugin, "route_interaction", interaction, event, config)

    def read_message(
        self,
        plugin: type[Connector] | Connector,
        raw: RawMessage | bytes,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Hands raw bytes to a connector: the effects that it asks for. The event is about no customer yet."""
        if isinstance(raw, bytes):
            raw = RawMessage(raw, "text/plain", samples.NOON)
        event = event or samples.event(event_type="message.received", occurred_at=raw.received_at, customer=None)
        return self._event_call(plugin, "read_message", event, raw, config)

    def build_send(
        self,
        plugin: type[Connector] | Connector,
        message: OutgoingMessage,
        *,
        config: Settings | None = None,
    ) -> SendRequest:
        """Has a connector build the request that sends a message."""
        request: SendRequest = self._outbound(plugin, "build_send", (MailRequest, HttpRequest), config, message)
        if isinstance(request, HttpRequest):
            grants = self._grants()
            if grants is not None and "channel.send-http" not in grants:
                raise Fault("it built a request over HTTP, but does not ask for `channel.send-http` in `capabilities`")
            sending.check(request, self.manifest)
        return request

    def read_response(
        self,
        plugin: type[Connector] | Connector,
        response: HttpResponse,
        message: OutgoingMessage | None = None,
        *,
        config: Settings | None = None,
    ) -> Outcome:
        """Asks a connector what a response means."""
        message = message or samples.outgoing_message()
        wanted = (Sent, Later, Rejected)
        outcome: Outcome = self._outbound(plugin, "read_response", wanted, config, message, response)
        return outcome

    def _on_interaction(
        self,
        plugin: Any,
        method: str,
        interaction: Interaction,
        event: EventContext | None,
        config: Settings | None,
    ) -> list[Effect]:
        event = event or self._event("interaction.recorded", interaction.occurred_at)
        if event.customer is not None:
            others = [one for one in self.interactions if one.id != interaction.id]
            self.interactions = [*others, samples.past_interaction(interaction)]
        return self._event_call(plugin, method, event, interaction, config)

    def _event(self, event_type: str, occurred_at: int) -> EventContext:
        customer = None if self.customer is None else self.customer.id
        return samples.event(event_type=event_type, occurred_at=occurred_at, customer=customer)

    def _event_call(
        self, plugin: Any, method: str, event: EventContext, subject: object, config: Settings | None
    ) -> list[Effect]:
        call = self._call(event.customer)
        self._ask(call, plugin, method, _edge.NOTHING, config, event, subject)
        for effect in call.effects:
            if isinstance(effect, Earn):
                self.points[effect.program] = self.points.get(effect.program, 0) + effect.points
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
            newest_purchases,
            newest_contacts,
            dict(self.state),
        )
        return Call(facts, self.log)

    def _grants(self) -> frozenset[str] | None:
        if self.manifest is None:
            return None
        return frozenset(request["name"] for request in self.manifest.get("capabilities", ()))
