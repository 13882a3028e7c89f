"""The real host, inside a component: only here and in `_lift` and `_lower` are componentize-py's classes touched.

Everything that this file needs is imported while the component is built; a finished component has no files to import
from.
"""

import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from stammgast import _edge, _host, _lift, _lower
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
from stammgast.errors import PluginError
from stammgast.log import Level
from stammgast.lookup import Customer, InteractionPage, PurchasePage, Tier
from stammgast.messages import Later, MailRequest, Rejected, Sent
from stammgast.reminders import CancelReminder, SetReminder
from stammgast.requests import HttpRequest
from stammgast.state import Scope

_err: Any = import_module("componentize_py_types").Err
_log: Any = import_module("wit_world.imports.log")
_state: Any = import_module("wit_world.imports.state")
_lookup: Any = import_module("wit_world.imports.lookup")

_EVENTS = {
    "PurchaseRules": "purchase.recorded",
    "OccasionRules": "occasion.reached",
    "ActivityRules": "activity.recorded",
    "PointsRules": "loyalty.points-posted",
}
"""The events of the interfaces that a plugin's world has only where the manifest names their event."""


def _of_loyalty(name: str) -> Any:
    # Only the worlds of loyalty have them.
    try:
        return import_module(f"wit_world.imports.{name}")
    except ModuleNotFoundError:
        return None


_reminders: Any = _of_loyalty("reminders")
_contacts: Any = _of_loyalty("contacts")


def _effects_of(kind: str, function: str) -> Any:
    # Where the world serves several kinds, each one's `effects` carries its package's name.
    for name in (f"stammgast_{kind}_effects", "effects"):
        try:
            module = import_module(f"wit_world.imports.{name}")
        except ModuleNotFoundError:
            continue
        if hasattr(module, function):
            return module
    return None


_EFFECTS = {
    kind: _effects_of(kind, function)
    for kind, function in (
        ("loyalty", "earn"),
        ("quality", "raise_finding"),
        ("feedback", "open_item"),
        ("channel", "receive_message"),
    )
}


def _effects(kind: str) -> Any:
    module = _EFFECTS[kind]
    if module is None:
        raise RuntimeError(f"the plugin does not serve {kind}; add `{kind}` to `kinds` in manifest.json and export it")
    return module


def _for_loyalty(name: str, module: Any) -> Any:
    if module is None:
        raise RuntimeError(f"{name} are for loyalty alone; add `loyalty` to `kinds` in manifest.json and export it")
    return module


def _ask_of_loyalty(effect: "_host.LoyaltyEffect") -> None:
    loyalty, reason = _effects("loyalty"), _lower.reason(effect.reason)
    if isinstance(effect, Earn):
        loyalty.earn(effect.program, effect.points, reason)
    elif isinstance(effect, EarnDecimal):
        loyalty.earn_decimal(effect.program, effect.points, reason)
    elif isinstance(effect, ProposeTier):
        loyalty.propose_tier(effect.program, effect.tier, reason)
    elif isinstance(effect, ProposeNoTier):
        loyalty.propose_no_tier(effect.program, reason)
    elif isinstance(effect, IssueVoucher):
        loyalty.issue_voucher(effect.offer, reason)
    elif isinstance(effect, MakeEligible):
        last_day = None if effect.last_day is None else _lower.day(effect.last_day)
        loyalty.make_eligible(effect.reward, last_day, reason)
    else:
        loyalty.end_eligibility(effect.reward, reason)


class _Host:
    """The host of the component."""

    def ask(self, effect: "_host.Effect") -> None:
        if isinstance(
            effect, (Earn, EarnDecimal, ProposeTier, ProposeNoTier, IssueVoucher, MakeEligible, EndEligibility)
        ):
            _ask_of_loyalty(effect)
        elif isinstance(effect, SetReminder):
            _for_loyalty("reminders", _reminders).set(effect.name, _lower.day(effect.day))
        elif isinstance(effect, CancelReminder):
            _for_loyalty("reminders", _reminders).cancel(effect.name)
        elif isinstance(effect, ProposeContact):
            contacts, message = _for_loyalty("contacts", _contacts), effect.message
            contacts.propose(
                contacts.Message(
                    purpose=contacts.Purpose[message.purpose.name],
                    topic=message.topic,
                    title=message.title,
                    text=message.text,
                    offer=message.offer,
                    last_day=None if message.last_day is None else _lower.day(message.last_day),
                ),
                _lower.reason(effect.reason),
            )
        elif isinstance(effect, Finding):
            quality = _effects("quality")
            severity = quality.Severity[effect.severity.name]
            quality.raise_finding(severity, _lower.reason(effect.reason), _lower.evidence(effect.evidence))
        elif isinstance(effect, Item):
            feedback = _effects("feedback")
            feedback.open_item(
                feedback.Item(
                    department=effect.department,
                    kind=feedback.Kind[effect.kind.name],
                    topic=effect.topic,
                    title=effect.title,
                    reason=_lower.reason(effect.reason),
                    evidence=_lower.evidence(effect.evidence),
                )
            )
        else:
            _effects("channel").receive_message(_lower.received_message(effect))

    def write(self, level: Level, message: str) -> None:
        _log.write(_log.Level[level.name], message)

    def get_state(self, scope: Scope, key: str) -> bytes | None:
        value: bytes | None = _state.get(_state.Scope[scope.name], key)
        return value

    def set_state(self, scope: Scope, key: str, value: bytes) -> None:
        _state.set(_state.Scope[scope.name], key, value)

    def delete_state(self, scope: Scope, key: str) -> None:
        _state.delete(_state.Scope[scope.name], key)

    def get_customer(self) -> Customer | None:
        return _lift.customer(_lookup.get_customer())

    def get_points(self, program: str) -> int:
        return int(_lookup.get_points(program))

    def get_tier(self, program: str) -> Tier:
        return _lift.tier(_lookup.get_tier(program))

    def list_purchases(self, before: str | None, limit: int) -> PurchasePage:
        return _lift.purchase_page(_lookup.list_purchases(before, limit))

    def list_interactions(self, before: str | None, limit: int) -> InteractionPage:
        return _lift.interaction_page(_lookup.list_interactions(before, limit))


_HOST = _Host()


def exported(kind: str, interface: str, plugin: Any) -> type[Any]:
    """The class of an exported interface, around a plugin."""
    if not hasattr(import_module("wit_world.exports"), interface):
        if _EFFECTS[kind] is not None and interface in _EVENTS:
            event = _EVENTS[interface]
            raise RuntimeError(f"the plugin exports {interface}; add `{event}` to `events` in manifest.json, too")
        raise RuntimeError(f"the plugin exports {kind}, which `kinds` in manifest.json does not name; add it there")
    return type(interface, (), _METHODS[interface](plugin))


def _on_event(
    method: str, lift: Callable[[Any], Any], error_of: Callable[[PluginError], Any] = _lower.plugin_error
) -> Callable[[Any], dict[str, Any]]:
    def methods(plugin: Any) -> dict[str, Any]:
        def on_event(_: Any, context: Any, subject: Any, config: str) -> None:
            def work() -> None:
                _edge.ask(plugin, method, _edge.NOTHING, config, _lift.event(context), lift(subject))

            _answer(error_of, work)

        return {method: on_event}

    return methods


def _outbound(plugin: Any) -> dict[str, Any]:
    def build_send(_: Any, message: Any, config: str) -> Any:
        def work() -> Any:
            wanted = (MailRequest, HttpRequest)
            return _lower.send_request(_edge.ask(plugin, "build_send", wanted, config, _lift.outgoing_message(message)))

        return _answer(_lower.channel_error, work)

    def read_response(_: Any, message: Any, response: Any, config: str) -> Any:
        def work() -> Any:
            wanted = (Sent, Later, Rejected)
            given = (_lift.outgoing_message(message), _lift.http_response(response))
            return _lower.outcome(_edge.ask(plugin, "read_response", wanted, config, *given))

        return _answer(_lower.channel_error, work)

    return {"build_send": build_send, "read_response": read_response}


_METHODS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "PurchaseRules": _on_event("on_purchase", _lift.purchase),
    "OccasionRules": _on_event("on_occasion", _lift.occasion),
    "ActivityRules": _on_event("on_activity", _lift.activity),
    "PointsRules": _on_event("on_points", _lift.points_change),
    "InteractionChecks": _on_event("check_interaction", _lift.interaction),
    "InteractionRoutes": _on_event("route_interaction", _lift.interaction),
    "Inbound": _on_event("read_message", _lift.raw_message, _lower.channel_error),
    "Outbound": _outbound,
}


def _answer(error_of: Callable[[PluginError], Any], work: Callable[[], Any]) -> Any:
    """Runs a call: its answer, its error as the contract's, or the end of the component as a fault."""
    try:
        with _host.serving(_HOST):
            return work()
    except PluginError as error:
        raise _err(error_of(error)) from None
    except BaseException as fault:
        _end(fault)


def _end(fault: BaseException) -> NoReturn:
    """Ends the component. Left to itself, componentize-py would end it, too, but its own words would be the last line
    of the host's log, and the last line is what the host shows with a fault."""
    line = _edge.fault_line(fault)
    _log.write(_log.Level.ERROR, line)
    sys.stdout.flush()
    # What is printed comes after what is logged, so the line is printed as well.
    traceback.print_tb(_edge.traceback_in_plugin(fault))
    print(line, file=sys.stderr, flush=True)
    os.abort()
