"""Loyalty beside purchases, tried natively: occasions, activities, points that moved, and what rules may ask for."""

import unittest
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from stammgast import Config, EventContext, Purchase, Reason, contacts, lookup, loyalty, reminders, testing, time_of

REASON = Reason("code", "text")
DAY = date(2026, 3, 1)


def message(**given: Any) -> contacts.Message:
    plain = {"purpose": contacts.Purpose.RELATIONSHIP, "topic": "t", "title": "title", "text": "text"}
    return contacts.Message(**{**plain, **given})


class Everything(loyalty.Rules, loyalty.OccasionRules, loyalty.ActivityRules, loyalty.PointsRules):
    """Does what a test says, whatever the event."""

    def __init__(self, work: Callable[[EventContext, Any], Any]) -> None:
        self.work = work

    def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
        self.work(event, purchase)

    def on_occasion(self, event: EventContext, occasion: loyalty.Occasion, config: Config) -> None:
        self.work(event, occasion)

    def on_activity(self, event: EventContext, activity: loyalty.Activity, config: Config) -> None:
        self.work(event, activity)

    def on_points(self, event: EventContext, change: loyalty.PointsChange, config: Config) -> None:
        self.work(event, change)


class LoyaltyTest(unittest.TestCase):
    def setUp(self) -> None:
        self.host = testing.Host()

    def call(self, work: Callable[[], Any], host: testing.Host | None = None) -> Any:
        return (host or self.host).on_occasion(Everything(lambda _, __: work()), testing.occasion())

    def earn(self, points: str) -> Any:
        return self.call(lambda: loyalty.earn_decimal("p", points, REASON))

    def test_every_family_of_events_is_called_by_its_name(self) -> None:
        seen: list[Any] = []
        plugin = Everything(lambda event, subject: seen.append((event.event_type, event.occurred_at, subject)))
        day = date(2028, 2, 29)
        occasion = testing.occasion("anniversary", day, years=4)
        self.host.on_occasion(plugin, occasion)
        activity = testing.activity(details={"score": "9"}, occurred_at=5)
        self.host.on_activity(plugin, activity)
        change = testing.points_change(-20, movement="expired")
        self.host.on_points(plugin, change, event=testing.event(event_type="loyalty.points-posted", occurred_at=6))
        self.host.on_purchase(plugin, testing.purchase())
        self.assertEqual(time_of(seen[0][1]), datetime(2028, 2, 29, tzinfo=UTC))
        self.assertEqual((seen[0][0], seen[0][2]), ("occasion.reached", occasion))
        self.assertEqual(seen[1], ("activity.recorded", 5, activity))
        self.assertEqual(seen[2], ("loyalty.points-posted", 6, change))
        self.assertEqual(seen[3][0], "purchase.recorded")
        self.assertEqual((activity.detail("score"), activity.detail("other")), ("9", None))
        self.assertEqual((occasion.years, occasion.program, change.available, change.pending), (4, None, -20, 0))

    def test_what_was_asked_for_is_kept_in_its_order(self) -> None:
        proposed = message(topic="birthday", offer="cake", last_day=DAY)

        def work() -> None:
            contacts.propose(proposed, REASON)
            loyalty.earn_decimal("points", "12.5", REASON)
            loyalty.propose_tier("status", "gold", REASON)
            loyalty.propose_no_tier("status", REASON)
            reminders.set("again", DAY + timedelta(days=30))
            reminders.cancel("once")
            loyalty.issue_voucher("coffee", REASON)
            loyalty.make_eligible("lounge", DAY, REASON)
            loyalty.make_eligible("tour", None, REASON)
            loyalty.end_eligibility("lounge", REASON)
            loyalty.earn("points", 1, REASON)

        expected = [
            contacts.ProposeContact(proposed, REASON),
            loyalty.EarnDecimal("points", "12.5", REASON),
            loyalty.ProposeTier("status", "gold", REASON),
            loyalty.ProposeNoTier("status", REASON),
            reminders.SetReminder("again", date(2026, 3, 31)),
            reminders.CancelReminder("once"),
            loyalty.IssueVoucher("coffee", REASON),
            loyalty.MakeEligible("lounge", DAY, REASON),
            loyalty.MakeEligible("tour", None, REASON),
            loyalty.EndEligibility("lounge", REASON),
            loyalty.Earn("points", 1, REASON),
        ]
        self.assertEqual(self.call(work), expected)
        self.assertEqual(self.host.effects, expected)
        self.assertEqual((self.host.points, self.host.tiers), ({"points": 13}, {}))

    def test_a_tier_is_what_the_test_says_and_none_otherwise(self) -> None:
        gold = lookup.Tier("gold", testing.event().occurred_at, DAY, True)
        seen: list[Any] = []

        def work() -> None:
            seen.extend((lookup.tier("status"), lookup.tier("other")))

        self.call(work, testing.Host(tiers={"status": gold}))
        self.call(work, testing.Host(tiers={"status": gold}, customer=None))
        none = lookup.Tier(code=None, since=None, last_day=None, in_review=False)
        self.assertEqual(seen, [gold, none, none, none])

    def test_each_effect_and_the_tier_need_their_grant(self) -> None:
        needed: list[tuple[str, Callable[[], Any]]] = [
            ("loyalty.earn", lambda: loyalty.earn_decimal("p", "1", REASON)),
            ("loyalty.propose-tier", lambda: loyalty.propose_tier("p", "t", REASON)),
            ("loyalty.propose-tier", lambda: loyalty.propose_no_tier("p", REASON)),
            ("loyalty.issue-voucher", lambda: loyalty.issue_voucher("o", REASON)),
            ("loyalty.make-eligible", lambda: loyalty.make_eligible("r", None, REASON)),
            ("loyalty.make-eligible", lambda: loyalty.end_eligibility("r", REASON)),
            ("reminders", lambda: reminders.set("n", DAY)),
            ("reminders", lambda: reminders.cancel("n")),
            ("contacts.propose", lambda: contacts.propose(message(), REASON)),
            ("lookup.tier", lambda: lookup.tier("p")),
        ]
        for grant, work in needed:
            with self.subTest(grant):
                self.call(work, testing.Host(manifest={"capabilities": [{"name": grant}]}))
                with self.assertRaisesRegex(testing.Fault, f"`{grant}`, which is not granted"):
                    self.call(work, testing.Host(manifest={}))

    def test_what_the_host_refuses_is_a_fault(self) -> None:
        wrong: list[tuple[Callable[[], Any], str]] = [
            (lambda: loyalty.earn_decimal("P", "1", REASON), "program `P`"),
            (lambda: loyalty.propose_tier("P", "t", REASON), "program `P`"),
            (lambda: loyalty.propose_tier("p", "", REASON), "tier ``"),
            (lambda: loyalty.propose_tier("p", "t", Reason("c", "")), "reason.text is empty"),
            (lambda: loyalty.propose_no_tier("", REASON), "program ``"),
            (lambda: loyalty.propose_no_tier("p", Reason("C", "t")), "reason.code"),
            (lambda: loyalty.issue_voucher("a b", REASON), "offer `a b`"),
            (lambda: loyalty.issue_voucher("o", Reason("C", "t")), "reason.code"),
            (lambda: loyalty.make_eligible("R", None, REASON), "reward `R`"),
            (lambda: loyalty.make_eligible("r", DAY, Reason("c", " ")), "reason.text is empty"),
            (lambda: loyalty.end_eligibility("", REASON), "reward ``"),
            (lambda: loyalty.end_eligibility("r", Reason("C", "t")), "reason.code"),
            (lambda: reminders.set("N", DAY), "name `N`"),
            (lambda: reminders.cancel("n" * 65), "1 to 64 characters"),
            (lambda: contacts.propose(message(topic="-"), REASON), "topic `-`"),
            (lambda: contacts.propose(message(title=" "), REASON), "title is empty"),
            (lambda: contacts.propose(message(title="x" * 301), REASON), "at most 300"),
            (lambda: contacts.propose(message(text=""), REASON), "text is empty"),
            (lambda: contacts.propose(message(text="x" * 10_001), REASON), "at most 10000"),
            (lambda: contacts.propose(message(offer="O"), REASON), "offer `O`"),
            (
                lambda: contacts.propose(message(purpose=contacts.Purpose.SERVICE, offer="o"), REASON),
                "a service message carries no offer",
            ),
            (lambda: contacts.propose(message(), Reason("c", "")), "reason.text is empty"),
        ]
        for work, words in wrong:
            with self.subTest(words), self.assertRaisesRegex(testing.Fault, words):
                self.call(work)

    def test_a_service_message_has_no_offer_to_be_taken(self) -> None:
        plain = message(purpose=contacts.Purpose.SERVICE)
        asked = self.call(lambda: contacts.propose(plain, REASON))
        self.assertEqual(asked, [contacts.ProposeContact(plain, REASON)])

    def test_points_with_decimals_are_digits_and_at_most_nine_more(self) -> None:
        most = "1000000000000"
        for points in ("1", "12.5", "0.000000001", "007", most, f"{most}.000000000"):
            with self.subTest(points):
                effect = loyalty.EarnDecimal("p", points, REASON)
                self.assertEqual(self.earn(points), [effect])
        for points in ("", ".5", "5.", "1.0000000001", "-1", "+1", "1e3", "1,5", " 1", "1\n", "١", "NaN"):
            with self.subTest(points), self.assertRaisesRegex(testing.Fault, "such as 12.5"):
                self.earn(points)
        for points in ("0", "0.000000000", f"{most}.000000001", "9" * 5_000):
            with self.subTest(points), self.assertRaisesRegex(testing.Fault, "more than 0 and at most"):
                self.earn(points)

    def test_an_event_without_a_customer_asks_for_nothing_about_one(self) -> None:
        host = testing.Host(customer=None)
        for work in (
            lambda: loyalty.earn_decimal("p", "1", REASON),
            lambda: loyalty.propose_tier("p", "t", REASON),
            lambda: loyalty.propose_no_tier("p", REASON),
            lambda: loyalty.issue_voucher("o", REASON),
            lambda: loyalty.make_eligible("r", None, REASON),
            lambda: loyalty.end_eligibility("r", REASON),
            lambda: reminders.set("n", DAY),
            lambda: reminders.cancel("n"),
            lambda: contacts.propose(message(), REASON),
        ):
            with self.assertRaisesRegex(testing.Fault, "no customer"):
                self.call(work, host)
        self.assertEqual(host.effects, [])

    def test_each_family_is_exported_by_its_own_function(self) -> None:
        class Plugin(loyalty.OccasionRules, loyalty.ActivityRules, loyalty.PointsRules):
            def on_occasion(self, event: EventContext, occasion: loyalty.Occasion, config: Config) -> None:
                pass

            def on_activity(self, event: EventContext, activity: loyalty.Activity, config: Config) -> None:
                pass

            def on_points(self, event: EventContext, change: loyalty.PointsChange, config: Config) -> None:
                pass

        exports = (loyalty.export_occasions, loyalty.export_activities, loyalty.export_points)
        for export in exports:
            self.assertIs(export(Plugin), Plugin)
        with self.assertRaisesRegex(TypeError, r"loyalty.export_points takes .* leave out the brackets"):
            loyalty.export_points(Plugin())  # type: ignore[arg-type]
        with self.assertRaisesRegex(TypeError, "abstract"):
            loyalty.export_occasions(loyalty.OccasionRules)  # type: ignore[type-abstract]


if __name__ == "__main__":
    unittest.main()
