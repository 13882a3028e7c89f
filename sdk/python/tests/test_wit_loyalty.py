"""Calls of loyalty beside purchases, as a component makes them, over classes made from the contract."""

import io
import unittest
from contextlib import redirect_stderr
from datetime import date
from typing import Any
from unittest import mock

import contract
from component import Aborted, ComponentTest

from stammgast import (
    Config,
    EventContext,
    Interaction,
    InvalidConfig,
    Purchase,
    Reason,
    contacts,
    lookup,
    loyalty,
    quality,
    reminders,
)

REASON = Reason("code", "text")


class Everything(loyalty.Rules, loyalty.OccasionRules, loyalty.ActivityRules, loyalty.PointsRules):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
        self.seen.append(purchase.id)

    def on_occasion(self, event: EventContext, occasion: loyalty.Occasion, config: Config) -> None:
        self.seen.append(occasion)

    def on_activity(self, event: EventContext, activity: loyalty.Activity, config: Config) -> None:
        self.seen.append(activity)

    def on_points(self, event: EventContext, change: loyalty.PointsChange, config: Config) -> None:
        self.seen.append((event.customer, change, config["a"]))


class Reminding(quality.Checks):
    """Asks for what is for loyalty alone."""

    def check_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
        if interaction.id == "i":
            reminders.cancel("n")


class LoyaltyWitTest(ComponentTest):
    def occasion(self) -> Any:
        day = self.made("types", "Date")(2028, 2, 29)
        return self.made("loyalty_types", "Occasion")("birthday", day, 2**32 - 1, None, None, None)

    def test_occasions_activities_and_points_come_in(self) -> None:
        plugin = Everything()
        self.wit.exported("loyalty", "OccasionRules", plugin)().on_occasion(self.context(), self.occasion(), "{}")
        made = self.made("loyalty_types", "Activity")("a", "survey-answered", "app", [("score", "9")], -5)
        self.wit.exported("loyalty", "ActivityRules", plugin)().on_activity(self.context(), made, "{}")
        made = self.made("loyalty_types", "PointsChange")("points", "expired", -(2**63), 2**63 - 1)
        self.wit.exported("loyalty", "PointsRules", plugin)().on_points(self.context(), made, '{"a": 1}')
        self.wit.exported("loyalty", "PurchaseRules", plugin)().on_purchase(self.context(), self.purchase(), "{}")
        self.assertEqual(
            plugin.seen,
            [
                loyalty.Occasion("birthday", date(2028, 2, 29), 2**32 - 1, None, None, None),
                loyalty.Activity("a", "survey-answered", "app", (("score", "9"),), -5),
                ("ada", loyalty.PointsChange("points", "expired", -(2**63), 2**63 - 1), 1),
                "p",
            ],
        )

    def test_what_rules_ask_for_goes_out(self) -> None:
        class Plugin(loyalty.OccasionRules):
            def on_occasion(self, event: EventContext, occasion: loyalty.Occasion, config: Config) -> None:
                loyalty.earn_decimal("points", "12.5", REASON)
                loyalty.propose_tier("status", "gold", REASON)
                loyalty.propose_no_tier("status", REASON)
                loyalty.issue_voucher("coffee", REASON)
                loyalty.make_eligible("lounge", date(2028, 2, 29), REASON)
                loyalty.make_eligible("tour", None, REASON)
                loyalty.end_eligibility("lounge", REASON)
                reminders.set("again", date(2026, 12, 31))
                reminders.cancel("once")
                selling, last_day = contacts.Purpose.SELLING, date(2026, 3, 31)
                contacts.propose(contacts.Message(selling, "t", "title", "text", "cake", last_day), REASON)
                contacts.propose(contacts.Message(contacts.Purpose.SERVICE, "t", "title", "text"), REASON)

        rules = self.wit.exported("loyalty", "OccasionRules", Plugin())()
        rules.on_occasion(self.context(), self.occasion(), "{}")
        reason, day = self.made("types", "Reason")("code", "text"), self.made("types", "Date")
        purpose, message = self.made("contacts", "Purpose"), self.made("contacts", "Message")
        self.assertEqual(
            self.heard,
            [
                ("loyalty/effects.earn_decimal", "points", "12.5", reason),
                ("loyalty/effects.propose_tier", "status", "gold", reason),
                ("loyalty/effects.propose_no_tier", "status", reason),
                ("loyalty/effects.issue_voucher", "coffee", reason),
                ("loyalty/effects.make_eligible", "lounge", day(2028, 2, 29), reason),
                ("loyalty/effects.make_eligible", "tour", None, reason),
                ("loyalty/effects.end_eligibility", "lounge", reason),
                ("host/reminders.set", "again", day(2026, 12, 31)),
                ("host/reminders.cancel", "once"),
                (
                    "host/contacts.propose",
                    message(purpose.SELLING, "t", "title", "text", "cake", day(2026, 3, 31)),
                    reason,
                ),
                ("host/contacts.propose", message(purpose.SERVICE, "t", "title", "text", None, None), reason),
            ],
        )

    def test_a_tier_is_looked_up(self) -> None:
        made = self.made("lookup", "Tier")
        answers = [made("gold", 5, self.made("types", "Date")(2026, 12, 31), True), made(None, None, None, False)]
        seen: list[Any] = []

        class Plugin(loyalty.OccasionRules):
            def on_occasion(self, event: EventContext, occasion: loyalty.Occasion, config: Config) -> None:
                seen.append(lookup.tier("status"))

        rules = self.wit.exported("loyalty", "OccasionRules", Plugin())()
        for answer in answers:
            self.answers = {"get_tier": answer}
            rules.on_occasion(self.context(), self.occasion(), "{}")
        self.assertEqual(seen, [lookup.Tier("gold", 5, date(2026, 12, 31), True), lookup.Tier()])
        self.assertEqual(self.heard, [("host/lookup.get_tier", "status")] * 2)

    def test_a_configuration_that_cannot_be_read_is_answered(self) -> None:
        class Plugin(loyalty.OccasionRules):
            def on_occasion(self, event: EventContext, occasion: loyalty.Occasion, config: Config) -> None:
                raise InvalidConfig(f"no program for {occasion.kind}")

        rules = self.wit.exported("loyalty", "OccasionRules", Plugin())()
        with self.assertRaises(contract.Err) as caught:
            rules.on_occasion(self.context(), self.occasion(), "{}")
        expected = self.made("types", "PluginError_InvalidConfig")("no program for birthday")
        self.assertEqual(caught.exception.value, expected)

    def test_a_world_has_the_interfaces_of_its_events_alone(self) -> None:
        self.install(["loyalty"], without=("purchase-rules", "activity-rules", "points-rules"))
        plugin = Everything()
        self.wit.exported("loyalty", "OccasionRules", plugin)().on_occasion(self.context(), self.occasion(), "{}")
        self.assertEqual(len(plugin.seen), 1)
        missing = {
            "PurchaseRules": "purchase.recorded",
            "ActivityRules": "activity.recorded",
            "PointsRules": "loyalty.points-posted",
        }
        for interface, event in missing.items():
            with self.assertRaisesRegex(RuntimeError, f"exports {interface}; add `{event}` to `events`"):
                self.wit.exported("loyalty", interface, plugin)

    def test_a_world_of_purchases_alone_has_no_other_records(self) -> None:
        self.install(["loyalty"], without=("loyalty-types", "occasion-rules", "activity-rules", "points-rules"))
        plugin = Everything()
        self.wit.exported("loyalty", "PurchaseRules", plugin)().on_purchase(self.context(), self.purchase(), "{}")
        self.assertEqual(plugin.seen, ["p"])

    def test_other_kinds_need_nothing_of_loyalty_and_are_told_so(self) -> None:
        self.install(["quality"])
        with self.assertRaisesRegex(RuntimeError, "exports loyalty, which `kinds`"):
            self.wit.exported("loyalty", "OccasionRules", Everything())
        checks = self.wit.exported("quality", "InteractionChecks", Reminding())()
        printed = io.StringIO()
        with mock.patch("os.abort", side_effect=Aborted), redirect_stderr(printed), self.assertRaises(Aborted):
            checks.check_interaction(self.context(), self.interaction(), "{}")
        self.assertIn("reminders are for loyalty alone; add `loyalty` to `kinds`", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
