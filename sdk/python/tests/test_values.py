"""Values that a plugin makes: wrong ones are found where they are made."""

import unittest
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from stammgast import (
    Evidence,
    Money,
    Reason,
    channel,
    contacts,
    feedback,
    loyalty,
    millis_of,
    quality,
    reminders,
    time_of,
)
from stammgast.requests import pieces

ANY: Any = None


class ValuesTest(unittest.TestCase):
    def test_money_is_written_with_exactly_its_digits(self) -> None:
        written = {
            (12_50, 2): "12.50",
            (5, 2): "0.05",
            (0, 2): "0.00",
            (1_200, 0): "1200",
            (1_005, 3): "1.005",
            (-5, 2): "-0.05",
            (2**63 - 1, 2): "92233720368547758.07",
        }
        for (minor, digits), text in written.items():
            self.assertEqual(Money(minor, "XXX", digits).decimal, text)
        self.assertEqual(str(Money(12_50, "EUR", 2)), "12.50 EUR")
        self.assertEqual(Money(0, "EUR", 2).unit, 100)

    def test_times_keep_their_milliseconds_before_and_after_1970(self) -> None:
        for millis in (0, 1, -1, 1_772_366_400_123, -62_135_596_800_000):
            self.assertEqual(millis_of(time_of(millis)), millis)
        east = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
        self.assertEqual(time_of(millis_of(east)), datetime(2026, 3, 1, 12, tzinfo=UTC))
        with self.assertRaisesRegex(ValueError, "time zone"):
            millis_of(datetime(2026, 3, 1))

    def test_values_of_the_wrong_type_are_refused_by_name(self) -> None:
        reason, email = Reason("c", "t"), channel.AddressKind.EMAIL
        service = contacts.Purpose.SERVICE
        wrong: list[tuple[Callable[[], Any], str]] = [
            (lambda: Reason("c", ANY), "Reason.text is None; give a str"),
            (lambda: Evidence(ANY, ""), "Evidence.field is None"),
            (lambda: loyalty.Earn("p", 1.0, reason), "points is of type float; give an int"),  # type: ignore[arg-type]
            (lambda: loyalty.Earn("p", True, reason), "points is of type bool"),
            (lambda: loyalty.Earn("p", 1, ANY), "reason is None; give a Reason"),
            (lambda: loyalty.EarnDecimal("p", 1.5, reason), "points is of type float; give a str"),  # type: ignore[arg-type]
            (lambda: loyalty.ProposeTier("p", ANY, reason), "tier is None; give a str"),
            (lambda: loyalty.ProposeNoTier(ANY, reason), "program is None; give a str"),
            (lambda: loyalty.ProposeNoTier("p", ANY), "reason is None; give a Reason"),
            (lambda: loyalty.IssueVoucher("o", ANY), "reason is None; give a Reason"),
            (lambda: loyalty.MakeEligible(ANY, None, reason), "reward is None; give a str"),
            (lambda: loyalty.MakeEligible("r", datetime(2026, 3, 1), reason), "last_day is of type datetime"),
            (lambda: loyalty.MakeEligible("r", None, ANY), "reason is None; give a Reason"),
            (lambda: loyalty.EndEligibility(ANY, reason), "reward is None; give a str"),
            (lambda: loyalty.EndEligibility("r", ANY), "reason is None; give a Reason"),
            (lambda: reminders.SetReminder("n", "2026-03-01"), "day is of type str; give a datetime.date"),  # type: ignore[arg-type]
            (lambda: reminders.SetReminder("n", datetime(2026, 3, 1)), "day is of type datetime; give a datetime.date"),
            (lambda: reminders.CancelReminder(ANY), "name is None; give a str"),
            (lambda: contacts.Message(ANY, "t", "t", "t"), "Message.purpose is None; give a Purpose"),
            (lambda: contacts.Message(service, "t", "t", "t", last_day=5), "last_day is of type int"),  # type: ignore[arg-type]
            (lambda: contacts.Message(service, "t", "t", "t", 5), "Message.offer is of type int"),  # type: ignore[arg-type]
            (lambda: contacts.ProposeContact(ANY, reason), "message is None; give a Message"),
            (lambda: quality.Finding("info", reason), "give a Severity"),  # type: ignore[arg-type]
            (lambda: feedback.Item("d", ANY, "t", "t", reason), "Item.kind is None; give a Kind"),
            (lambda: channel.Party(email, ANY), "Party.address is None"),
            (lambda: channel.ReceivedMessage(text="t", party="ada"), "give a Party"),  # type: ignore[arg-type]
            (lambda: channel.ReceivedMessage(text="t", references="id"), "give a list of str"),  # type: ignore[arg-type]
            (lambda: channel.MailRequest("a", ("b",), "m"), "give bytes"),  # type: ignore[arg-type]
            (lambda: channel.HttpRequest(ANY, "o"), "give a Method"),
            (lambda: channel.HttpRequest(channel.Method.GET, "o", headers=["ab"]), "tuples"),  # type: ignore[list-item]
            (lambda: channel.HttpRequest(channel.Method.GET, "o", authorization="t"), "Bearer"),  # type: ignore[arg-type]
        ]
        for make, words in wrong:
            with self.subTest(words), self.assertRaisesRegex(TypeError, words):
                make()

    def test_numbers_beyond_their_bits_and_halves_of_characters_are_refused(self) -> None:
        reason = Reason("c", "t")
        loyalty.Earn("p", 2**63 - 1, reason)
        for make in (
            lambda: loyalty.Earn("p", 2**63, reason),
            lambda: channel.Later("busy", -1),
            lambda: channel.Later("busy", 2**64),
            lambda: Reason("c", "\ud800"),
        ):
            with self.assertRaises(ValueError):
                make()

    def test_a_day_is_a_date_of_the_calendar(self) -> None:
        self.assertEqual(reminders.SetReminder("n", date(2028, 2, 29)).day.isoformat(), "2028-02-29")
        with self.assertRaises(ValueError):
            date(2026, 2, 29)

    def test_lists_and_tuples_make_equal_messages(self) -> None:
        listed = channel.ReceivedMessage(text="t", references=["a"])  # type: ignore[arg-type]
        self.assertEqual(listed, channel.ReceivedMessage(text="t", references=("a",)))

    def test_secrets_stand_in_json_and_forms_as_pieces_of_their_own(self) -> None:
        token = channel.secret("token")
        body = channel.json_body({"t": token, "w": ['ü"', 1, None, True, {}], "x": '","t":"'})
        self.assertEqual(
            body,
            [
                '{"t":"',
                channel.Secret("token", channel.Encoding.JSON),
                '","w":["ü\\"",1,null,true,{}],"x":"\\",\\"t\\":\\""}',
            ],
        )
        form = channel.form_body({"To": "+49 1&x=y", "Token": token, "z": "ä"})
        self.assertEqual(
            form, ["To=%2B49%201%26x%3Dy&Token=", channel.Secret("token", channel.Encoding.PERCENT), "&z=%C3%A4"]
        )
        self.assertEqual((channel.json_body([]), channel.form_body({})), (["[]"], []))

    def test_pieces_are_one_or_several(self) -> None:
        self.assertEqual(pieces("p", "a"), ("a",))
        self.assertEqual(pieces("p", ["a", channel.secret("s")]), ("a", channel.secret("s")))
        with self.assertRaisesRegex(TypeError, r"p\[1\] is None"):
            pieces("p", ["a", ANY])

    def test_a_status_says_what_became_of_a_message(self) -> None:
        def answered(status: int, *headers: tuple[str, str]) -> channel.Outcome:
            return channel.by_status(channel.HttpResponse(status, headers), "id-1")

        statuses = Path(__file__).parents[2] / "response-statuses.txt"
        for line in statuses.read_text(encoding="utf-8").splitlines():
            status, meaning = line.split()
            reason = f"the provider answered with status {status}"
            outcomes: dict[str, channel.Outcome] = {
                "sent": channel.Sent("id-1"),
                "later": channel.Later(reason),
                "rejected": channel.Rejected(reason),
            }
            self.assertEqual(answered(int(status)), outcomes[meaning])
        unavailable = "the provider answered with status 503"
        self.assertEqual(answered(503, ("retry-after", " 30 ")), channel.Later(unavailable, 30_000))
        self.assertEqual(answered(503, ("retry-after", "soon")), channel.Later(unavailable))
        self.assertEqual(answered(503, ("retry-after", "9" * 5_000)), channel.Later(unavailable))


if __name__ == "__main__":
    unittest.main()
