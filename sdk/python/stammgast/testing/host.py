"""The stand-in for the host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
from stammgast.events import Activity, Occasion, PointsChange
from stammgast.feedback import Routes
from stammgast.loyalty import ActivityRules, OccasionRules, PointsRules, Rules
from stammgast.quality import Checks
from stammgast.records import EventContext, Interaction, Purchase, millis_of
from stammgast.testing import samples, sending
from stammgast.testing.base import Base, Settings, StateChange
from stammgast.testing.call import LogLine
from stammgast.testing.fault import Fault

if TYPE_CHECKING:
    from stammgast._host import Effect

__all__ = ["Host", "LogLine", "StateChange"]


class Host(Base):
    """Stands in for the host, for one customer: calls a plugin as the host does, and keeps what it asks for.

    As with the host, nothing that a call asks for happens unless it ends well, and later calls see what has happened.
    What the plugin raises comes out of the call; what the host would not put up with is a `Fault`.
    """

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

    def on_occasion(
        self,
        plugin: type[OccasionRules] | OccasionRules,
        occasion: Occasion,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Tells a loyalty plugin of an occasion, as its day begins: the effects that it asks for."""
        begin = datetime(occasion.day.year, occasion.day.month, occasion.day.day, tzinfo=UTC)
        event = event or self._event("occasion.reached", millis_of(begin))
        return self._event_call(plugin, "on_occasion", event, occasion, config)

    def on_activity(
        self,
        plugin: type[ActivityRules] | ActivityRules,
        activity: Activity,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Tells a loyalty plugin of an activity: the effects that it asks for."""
        event = event or self._event("activity.recorded", activity.occurred_at)
        return self._event_call(plugin, "on_activity", event, activity, config)

    def on_points(
        self,
        plugin: type[PointsRules] | PointsRules,
        change: PointsChange,
        *,
        event: EventContext | None = None,
        config: Settings | None = None,
    ) -> list[Effect]:
        """Tells a loyalty plugin of points that moved: the effects that it asks for. `points` stays as it is."""
        event = event or self._event("loyalty.points-posted", samples.NOON)
        return self._event_call(plugin, "on_points", event, change, config)

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
