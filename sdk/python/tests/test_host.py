"""The stand-in for the host does what the host does."""

import unittest
from collections.abc import Callable
from itertools import islice
from typing import Any

from stammgast import (
    Config,
    EventContext,
    Evidence,
    Interaction,
    PluginError,
    Purchase,
    Reason,
    channel,
    feedback,
    log,
    lookup,
    loyalty,
    quality,
    state,
    testing,
)
from stammgast._host import NoHost

REASON = Reason("code", "text")


def rules(work: Callable[[EventContext], Any]) -> loyalty.Rules:
    class Plugin(loyalty.Rules):
        def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
            work(event)

    return Plugin()


class HostTest(unittest.TestCase):
    def setUp(self) -> None:
        self.host = testing.Host()

    def call(self, work: Callable[[EventContext], Any], host: testing.Host | None = None, **given: Any) -> Any:
        return (host or self.host).on_purchase(rules(work), testing.purchase(), **given)

    def test_what_a_call_asks_for_happens_and_later_calls_see_it(self) -> None:
        def work(event: EventContext) -> None:
            visits = state.customer.get_json("visits", 0)
            state.customer.set_json("visits", visits + 1)
            self.assertEqual(state.customer.get_json("visits"), visits + 1)
            loyalty.earn("points", 5, REASON)
            log.info(f"{visits} visits, {lookup.points('points')} points")

        self.assertEqual(self.call(work), [loyalty.Earn("points", 5, REASON)])
        self.assertEqual(self.call(work), [loyalty.Earn("points", 5, REASON)])
        self.assertEqual(self.host.state, {("ada", "visits"): b"2"})
        self.assertEqual(self.host.changes[-1], testing.StateChange("ada", "visits", b"2"))
        self.assertEqual(self.host.points, {"points": 10})
        self.assertEqual([line.message for line in self.host.log], ["0 visits, 0 points", "1 visits, 5 points"])

    def test_nothing_happens_when_a_call_fails(self) -> None:
        self.host.state[("ada", "k")] = b"old"

        def work(event: EventContext) -> None:
            state.customer.delete("k")
            loyalty.earn("points", 5, REASON)
            raise PluginError("no")

        with self.assertRaises(PluginError):
            self.call(work)
        self.assertEqual((self.host.state, self.host.effects, self.host.points), ({("ada", "k"): b"old"}, [], {}))
        self.assertEqual(self.host.log, [])

    def test_an_unexpected_exception_comes_out_and_is_logged(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            self.call(lambda _: 1 // 0)
        [line] = self.host.log
        self.assertEqual(line.level, log.Level.ERROR)
        self.assertRegex(line.message, r"^ZeroDivisionError: .*\(test_host.py, line \d+, in <lambda>\)$")

    def test_what_a_method_answers_is_checked(self) -> None:
        class Plugin(loyalty.Rules):
            async def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:  # type: ignore[override]
                pass

        with self.assertWarns(RuntimeWarning), self.assertRaisesRegex(TypeError, "no `async def`"):
            self.host.on_purchase(Plugin, testing.purchase())

    def test_what_the_manifest_does_not_ask_for_is_not_granted(self) -> None:
        manifest = {"capabilities": [{"name": "lookup.customer"}, {"name": "lookup.purchases"}]}
        host = testing.Host(manifest=manifest)
        seen: list[Any] = []

        def look(event: EventContext) -> None:
            seen.extend((lookup.customer(), next(lookup.purchases())))

        host.on_purchase(rules(look), testing.purchase(lines=[testing.line(5)]))
        self.assertEqual(seen[0], lookup.Customer("ada", "person", "active", None, None))
        self.assertEqual(seen[1].lines, ())
        for work in (
            lambda _: loyalty.earn("p", 1, REASON),
            lambda _: state.customer.get("k"),
            lambda _: state.shared.set("k", b""),
            lambda _: lookup.points("p"),
            lambda _: next(lookup.interactions()),
        ):
            with self.assertRaisesRegex(testing.Fault, "not granted"):
                self.call(work, host)

    def test_no_except_of_a_plugin_swallows_a_fault(self) -> None:
        def work(event: EventContext) -> None:
            try:
                loyalty.earn("p", 0, REASON)
            except Exception:
                log.info("swallowed")

        with self.assertRaises(testing.Fault):
            self.call(work)
        self.assertEqual(self.host.log, [])

    def test_what_the_host_refuses_is_a_fault(self) -> None:
        def earn_often(event: EventContext) -> None:
            for _ in range(101):
                loyalty.earn("p", 1, REASON)

        long = "x" * 501
        wrong: list[tuple[Callable[[EventContext], Any], str]] = [
            (lambda _: loyalty.earn("p", 0, REASON), "1 to 1000000000000"),
            (lambda _: loyalty.earn("p", 10**12 + 1, REASON), "1 to 1000000000000"),
            (lambda _: loyalty.earn("P", 1, REASON), "program `P`"),
            (lambda _: loyalty.earn("p", 1, Reason("a b", "t")), "reason.code"),
            (lambda _: loyalty.earn("p", 1, Reason("c", " ")), "reason.text is empty"),
            (lambda _: quality.raise_finding(quality.Severity.INFO, REASON, Evidence("text", long)), "at most 500"),
            (lambda _: feedback.open_item(feedback.Item("d", feedback.Kind.PRAISE, "t", "", REASON)), "title is empty"),
            (lambda _: channel.receive_message(channel.ReceivedMessage(text="x" * 200_001)), "at most 200000"),
            (
                lambda _: channel.receive_message(channel.ReceivedMessage(text="", in_reply_to=("a",) * 101)),
                "at most 100",
            ),
            (lambda _: state.customer.get(""), "1 to 200"),
            (lambda _: state.customer.set("k", bytes(65_537)), "at most 65536"),
            (earn_often, "more than 100 effects"),
            (lambda _: [lookup.points("p") for _ in range(1_001)], "more than 1000 times"),
        ]
        for work, words in wrong:
            with self.subTest(words), self.assertRaisesRegex(testing.Fault, words):
                self.call(work)

    def test_an_event_without_a_customer_knows_nothing_of_one(self) -> None:
        host = testing.Host(customer=None, points={"p": 5})
        seen: list[Any] = []
        self.call(lambda event: seen.extend((event.customer, lookup.customer(), lookup.points("p"))), host)
        self.call(lambda _: seen.append(list(lookup.purchases())), host)
        self.assertEqual(seen, [None, None, 0, []])
        for work in (lambda _: loyalty.earn("p", 1, REASON), lambda _: state.customer.get("k")):
            with self.assertRaisesRegex(testing.Fault, "no customer"):
                self.call(work, host)
        self.call(lambda _: state.shared.set("k", b"v"), host)
        self.assertEqual(host.state, {(None, "k"): b"v"})

    def test_the_past_is_paged_newest_first_with_the_event_in_it(self) -> None:
        purchases = [testing.purchase(id=f"p{number}", occurred_at=number) for number in range(250)]
        host = testing.Host(purchases=purchases)
        seen: list[Any] = []

        def work(event: EventContext) -> None:
            seen.append([purchase.id for purchase in lookup.purchases()])
            seen.append([purchase.id for purchase in islice(lookup.purchases(2), 3)])
            seen.append(lookup.purchase_page(limit=1_000))

        host.on_purchase(rules(work), testing.purchase(id="now"))
        self.assertEqual((len(seen[0]), seen[0][:2], seen[0][-1]), (251, ["now", "p249"], "p0"))
        self.assertEqual(seen[1], ["now", "p249", "p248"])
        self.assertEqual(len(seen[2].purchases), 100)
        with self.assertRaises(ValueError):
            self.call(lambda _: list(lookup.purchases(0)))

    def test_contacts_are_looked_up_as_they_were_recorded(self) -> None:
        class Plugin(quality.Checks):
            def check_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
                for past in lookup.interactions():
                    log.info(f"{past.id} {past.text}")

        self.host.check_interaction(Plugin, testing.interaction("one", id="a", occurred_at=1))
        self.host.check_interaction(Plugin, testing.interaction("two", id="b", occurred_at=2))
        self.assertEqual([line.message for line in self.host.log], ["a one", "b two", "a one"])

    def test_there_is_a_host_in_calls_only(self) -> None:
        with self.assertRaises(NoHost):
            loyalty.earn("p", 1, REASON)
        with self.assertRaises(PluginError):
            self.call(lambda _: log.info("x"), config="no json")
        with self.assertRaises(NoHost):
            log.info("x")


class SendingTest(unittest.TestCase):
    def build(self, request: Any, manifest: Any = None, work: Callable[[], Any] = lambda: None) -> Any:
        class Plugin(channel.Connector):
            def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
                raise AssertionError

            def build_send(self, message: channel.OutgoingMessage, config: Config) -> Any:
                work()
                return request

        return testing.Host(manifest=manifest).build_send(Plugin, testing.outgoing_message())

    def test_a_request_goes_where_the_manifest_says_and_with_its_secrets(self) -> None:
        manifest = {
            "capabilities": [{"name": "channel.send-http"}],
            "hosts": [{"origin": "https://a.example", "why": "-"}],
            "secrets": [{"name": "token", "why": "-"}],
        }
        method, bearer = channel.Method.POST, channel.Bearer("token")
        right = channel.HttpRequest(method, "https://a.example", "/x", authorization=bearer)
        self.assertEqual(self.build(right, manifest), right)
        wrong: list[tuple[channel.HttpRequest, Any, str]] = [
            (right, {"capabilities": []}, "channel.send-http"),
            (channel.HttpRequest(method, "https://b.example"), manifest, "`hosts`"),
            (channel.HttpRequest(method, "https://a.example", body=channel.secret("other")), manifest, "`secrets`"),
            (channel.HttpRequest(method, "https://a.example/path"), None, "no origin"),
            (channel.HttpRequest(method, "https://a.example", "path"), None, "begins with"),
            (channel.HttpRequest(method, "https://a.example", ["/", "x"], {"Host": "x"}), None, "leave it out"),
            (channel.HttpRequest(method, "https://a.example", headers={"a b": "x"}), None, "no header's name"),
            (channel.HttpRequest(method, "https://a.example", headers={"a": "x\r\nb: c"}), None, "control"),
        ]
        for request, given, words in wrong:
            with self.subTest(words), self.assertRaisesRegex(testing.Fault, words):
                self.build(request, given)

    def test_building_a_message_changes_nothing(self) -> None:
        mail = channel.MailRequest("a@b.example", ("c@d.example",), b"")
        self.assertEqual(self.build(mail), mail)
        with self.assertRaisesRegex(testing.Fault, "only events may"):
            self.build(mail, work=lambda: state.shared.set("k", b""))
        with self.assertRaisesRegex(TypeError, "MailRequest or HttpRequest"):
            self.build(None)

    def test_pieces_can_be_filled_to_see_the_whole(self) -> None:
        body = channel.json_body({"token": channel.secret("t")})
        self.assertEqual(testing.filled(body, {"t": 'a"b'}), '{"token":"a\\"b"}')
        self.assertEqual(testing.filled(channel.form_body({"t": channel.secret("t")}), {"t": "a b"}), "t=a%20b")
        self.assertEqual(testing.filled(channel.secret("t", channel.Encoding.BASE64), {"t": "ab"}), "YWI=")
        self.assertEqual(testing.filled(["Key ", channel.secret("t")], {"t": "ab"}), "Key ab")

    def test_a_connector_that_cannot_send_says_so(self) -> None:
        class Plugin(channel.Connector):
            def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
                channel.receive_message(channel.ReceivedMessage(text=raw.body.decode()))

        host = testing.Host()
        with self.assertRaisesRegex(PluginError, "cannot send"):
            host.build_send(Plugin, testing.outgoing_message())
        self.assertEqual(host.read_response(Plugin, channel.HttpResponse(200)), channel.Sent())
        self.assertEqual(host.read_message(Plugin, b"hi"), [channel.ReceivedMessage(text="hi")])
        with self.assertRaisesRegex(TypeError, "abstract"):
            channel.export(channel.Connector)  # type: ignore[type-abstract]
        self.assertEqual(channel.export(Plugin), (Plugin, Plugin))
        with self.assertRaisesRegex(TypeError, "leave out the brackets"):
            channel.export(Plugin())  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
