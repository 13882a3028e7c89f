"""Calls as a component makes them, over classes made from the contract."""

import io
import sys
import unittest
from contextlib import redirect_stderr
from typing import Any
from unittest import mock

import contract
from component import Aborted, ComponentTest

from stammgast import (
    Attachment,
    Config,
    Direction,
    EventContext,
    Evidence,
    Interaction,
    InvalidConfig,
    Malformed,
    PluginError,
    Purchase,
    Reason,
    Unsupported,
    UnsupportedEvent,
    channel,
    feedback,
    log,
    lookup,
    loyalty,
    quality,
    state,
)


class WitTest(ComponentTest):
    def outgoing(self) -> Any:
        party = self.made("channel_types", "Party")(None, self.made("channel_types", "AddressKind").CHAT, "c1")
        return self.made("channel_types", "OutgoingMessage")("i", party, None, "s", "t", "m", ["a"], [], 9)

    def test_a_purchase_comes_in_and_points_go_out(self) -> None:
        seen: list[Any] = []

        class Plugin(loyalty.Rules):
            def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
                seen.extend((event, purchase, config))
                loyalty.earn("points", 2**63 - 1, Reason("code", "text"))

        rules = self.wit.exported("loyalty", "PurchaseRules", Plugin())()
        rules.on_purchase(self.context(), self.purchase(), '{"a": 1}')
        self.assertEqual(seen[0], EventContext(7, "purchase.recorded", -5, 6, "ada"))
        self.assertEqual(str(seen[1].amount), "92233720368547758.07 EUR")
        self.assertEqual((seen[1].lines[0].quantity, seen[1].lines[0].amount_minor), (2**32 - 1, -(2**63)))
        self.assertEqual(seen[2], {"a": 1})
        reason = self.made("types", "Reason")("code", "text")
        self.assertEqual(self.heard, [("loyalty/effects.earn", "points", 2**63 - 1, reason)])

    def test_a_contact_comes_in_and_findings_and_items_go_out(self) -> None:
        seen: list[Interaction] = []

        class Plugin(quality.Checks, feedback.Routes):
            def check_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
                seen.append(interaction)
                quality.raise_finding(quality.Severity.CRITICAL, Reason("c", "t"))

            def route_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
                kind, evidence = feedback.Kind.QUESTION, Evidence("text", "words")
                feedback.open_item(feedback.Item("shop", kind, "topic", "title", Reason("c", "t"), evidence))

        plugin = Plugin()
        checks = self.wit.exported("quality", "InteractionChecks", plugin)()
        checks.check_interaction(self.context(), self.interaction(), "{}")
        routes = self.wit.exported("feedback", "InteractionRoutes", plugin)()
        routes.route_interaction(self.context(), self.interaction(), "{}")
        self.assertEqual(
            (seen[0].direction, seen[0].attachments, seen[0].subject, seen[0].agent, seen[0].outcome),
            (Direction.OUTBOUND, (Attachment("", "image/png", 2**64 - 1),), None, "Grace", "solved"),
        )
        reason, evidence = self.made("types", "Reason")("c", "t"), self.made("types", "Evidence")("text", "words")
        severity = self.made("stammgast_quality_effects", "Severity").CRITICAL
        kind = self.made("stammgast_feedback_effects", "Kind").QUESTION
        item = self.made("stammgast_feedback_effects", "Item")("shop", kind, "topic", "title", reason, evidence)
        self.assertEqual(
            self.heard,
            [("quality/effects.raise_finding", severity, reason, None), ("feedback/effects.open_item", item)],
        )

    def test_a_world_of_one_kind_has_shorter_names(self) -> None:
        self.install(["quality"])

        class Plugin(quality.Checks):
            def check_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
                quality.raise_finding(quality.Severity.MINOR, Reason("c", "t"))

        checks = self.wit.exported("quality", "InteractionChecks", Plugin())()
        checks.check_interaction(self.context(), self.interaction(), "{}")
        self.assertEqual(self.heard[0][1], self.made("effects", "Severity").MINOR)
        with self.assertRaisesRegex(RuntimeError, "`kinds`"):
            self.wit.exported("loyalty", "PurchaseRules", Plugin())

    def test_bytes_come_in_and_messages_go_out(self) -> None:
        class Plugin(channel.Connector):
            def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
                party = channel.Party(channel.AddressKind.PHONE, "+49 1", raw.body.decode())
                channel.receive_message(
                    channel.ReceivedMessage(text="t", party=party, attachments=(Attachment("n", "m", 0),), sent_at=-1)
                )

        raw = self.made("channel_types", "RawMessage")(b"Ada", "text/plain", 5)
        self.wit.exported("channel", "Inbound", Plugin())().read_message(self.context(), raw, "{}")
        types = sys.modules["wit_world.imports.channel_types"]
        party = types.Party("Ada", types.AddressKind.PHONE, "+49 1")
        attachment = self.made("types", "Attachment")("n", "m", 0)
        inbound = self.made("types", "Direction").INBOUND
        message = types.ReceivedMessage(None, inbound, party, None, "t", [attachment], None, [], [], None, -1)
        self.assertEqual(self.heard, [("channel/effects.receive_message", message)])

    def build(self, request: channel.SendRequest) -> Any:
        class Plugin(channel.Connector):
            def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
                raise AssertionError

            def build_send(self, message: channel.OutgoingMessage, config: Config) -> channel.SendRequest:
                assert message.to == channel.Party(channel.AddressKind.CHAT, "c1")
                assert message.in_reply_to == ("a",) and message.references == ()
                return request

        return self.wit.exported("channel", "Outbound", Plugin())().build_send(self.outgoing(), "{}")

    def test_requests_go_out_in_pieces(self) -> None:
        types = sys.modules["wit_world.imports.channel_types"]
        part = channel.Part
        request = channel.HttpRequest(
            channel.Method.PATCH,
            "https://a.example",
            ["/", channel.secret("s", channel.Encoding.PERCENT)],
            {"x": "v"},
            body=channel.secret("b"),
            authorization=channel.Basic(channel.secret("u"), "p"),
            signature=channel.Signature(
                scheme=channel.Scheme.HMAC_SHA256,
                secret="k",
                over=["t", part.TIMESTAMP, part.BODY, part.PATH],  # type: ignore[arg-type]
                header="x-sig",
                value=[part.HEX, part.BASE64],  # type: ignore[arg-type]
            ),
        )
        plain = types.SecretEncoding.PLAIN
        expected = types.HttpRequest(
            types.HttpMethod.PATCH,
            "https://a.example",
            [types.Piece_Text("/"), types.Piece_Secret(types.SecretUse("s", types.SecretEncoding.PERCENT))],
            [types.HttpHeader("x", [types.Piece_Text("v")])],
            types.HttpBody_Pieces([types.Piece_Secret(types.SecretUse("b", plain))]),
            types.Authorization_Basic(types.BasicCredentials(types.Piece_Secret(types.SecretUse("u", plain)), "p")),
            types.Signature(
                types.SignatureScheme.HMAC_SHA256,
                "k",
                [
                    types.SignaturePart_Text("t"),
                    types.SignaturePart_Timestamp(),
                    types.SignaturePart_Body(),
                    types.SignaturePart_Path(),
                ],
                "x-sig",
                [types.SignaturePart_Hex(), types.SignaturePart_Base64()],
            ),
        )
        self.assertEqual(self.build(request), types.SendRequest_Http(expected))

    def test_bodies_and_authorizations_have_a_case_each(self) -> None:
        types = sys.modules["wit_world.imports.channel_types"]
        method, origin = channel.Method.GET, "https://a.example"
        empty = self.build(channel.HttpRequest(method, origin, authorization=channel.Bearer("t"))).value
        self.assertEqual((empty.body, empty.signature), (types.HttpBody_Empty(), None))
        self.assertEqual(empty.authorization, types.Authorization_Bearer("t"))
        filled = self.build(channel.HttpRequest(method, origin, body=b"\0")).value
        self.assertEqual((filled.body, filled.authorization), (types.HttpBody_Bytes(b"\0"), None))
        mail = self.build(channel.MailRequest("a@b.example", ("c@d.example",), b"m"))
        self.assertEqual(mail, types.SendRequest_Mail(types.MailRequest("a@b.example", ["c@d.example"], b"m")))

    def test_responses_come_in_and_outcomes_go_out(self) -> None:
        types = sys.modules["wit_world.imports.channel_types"]
        outcomes: list[channel.Outcome] = [channel.Sent("id"), channel.Later("busy", 5), channel.Rejected("no")]

        class Plugin(channel.Connector):
            def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
                raise AssertionError

            def read_response(
                self, message: channel.OutgoingMessage, response: channel.HttpResponse, config: Config
            ) -> channel.Outcome:
                assert response.header("X-Id") == "7" and response.body == b"{}"
                return outcomes.pop(0)

        outbound = self.wit.exported("channel", "Outbound", Plugin())()
        response = types.HttpResponse(200, [("x-id", "7")], b"{}")
        answers = [outbound.read_response(self.outgoing(), response, "{}") for _ in range(3)]
        later = types.SendOutcome_Later(types.TryLater("busy", 5))
        self.assertEqual(answers, [types.SendOutcome_Sent("id"), later, types.SendOutcome_Rejected("no")])

    def test_facts_state_and_log_reach_the_host(self) -> None:
        seen: list[Any] = []
        page = self.made("lookup", "PurchasePage")([self.purchase()], None)
        past = self.made("lookup", "PastInteraction")
        inbound = self.made("types", "Direction").INBOUND
        contacts = self.made("lookup", "InteractionPage")([past("i", "c", inbound, "t", None, None, "x", 1)], None)
        customer = self.made("lookup", "Customer")("ada", "person", "active", None, "en")
        self.answers = {
            "get": b"1",
            "get_customer": customer,
            "get_points": -3,
            "list_purchases": page,
            "list_interactions": contacts,
        }

        class Plugin(loyalty.Rules):
            def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
                seen.extend((state.customer.get("k"), lookup.customer(), lookup.points("p")))
                seen.extend((*lookup.purchases(5), *lookup.interactions()))
                state.shared.set("k", b"2")
                state.customer.delete("k")
                log.warn("careful")

        rules = self.wit.exported("loyalty", "PurchaseRules", Plugin())()
        rules.on_purchase(self.context(), self.purchase(), "{}")
        self.assertEqual(seen[:3], [b"1", lookup.Customer("ada", "person", "active", None, "en"), -3])
        self.assertEqual((seen[3].id, seen[4].direction, seen[4].text), ("p", Direction.INBOUND, "x"))
        scope, level = self.made("state", "Scope"), self.made("log", "Level")
        self.assertEqual(
            self.heard,
            [
                ("host/state.get", scope.CUSTOMER, "k"),
                ("host/lookup.get_customer",),
                ("host/lookup.get_points", "p"),
                ("host/lookup.list_purchases", None, 5),
                ("host/lookup.list_interactions", None, 100),
                ("host/state.set", scope.SHARED, "k", b"2"),
                ("host/state.delete", scope.CUSTOMER, "k"),
                ("host/log.write", level.WARN, "careful"),
            ],
        )

    def test_errors_become_those_of_the_contract(self) -> None:
        class Plugin(loyalty.Rules, channel.Connector):
            error: PluginError

            def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
                raise self.error

            def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
                raise self.error

        plugin = Plugin()
        rules = self.wit.exported("loyalty", "PurchaseRules", plugin)()
        inbound = self.wit.exported("channel", "Inbound", plugin)()
        raw = self.made("channel_types", "RawMessage")(b"", "text/plain", 5)
        cases = [
            (InvalidConfig("x"), "InvalidConfig", "InvalidConfig"),
            (UnsupportedEvent("x"), "UnsupportedEvent", "Other"),
            (Malformed("x"), "Other", "Malformed"),
            (Unsupported("x"), "Other", "Unsupported"),
            (PluginError("x"), "Other", "Other"),
        ]
        for error, plugin_case, channel_case in cases:
            plugin.error = error
            with self.assertRaises(contract.Err) as caught:
                rules.on_purchase(self.context(), self.purchase(), "{}")
            self.assertEqual(caught.exception.value, self.made("types", f"PluginError_{plugin_case}")("x"))
            with self.assertRaises(contract.Err) as caught:
                inbound.read_message(self.context(), raw, "{}")
            self.assertEqual(caught.exception.value, self.made("channel_types", f"ChannelError_{channel_case}")("x"))
        with self.assertRaises(contract.Err) as caught:
            rules.on_purchase(self.context(), self.purchase(), "[]")
        self.assertIsInstance(caught.exception.value, self.made("types", "PluginError_InvalidConfig"))

    def test_anything_else_ends_the_component_with_the_reason_as_its_last_words(self) -> None:
        class Plugin(loyalty.Rules):
            def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
                loyalty.earn("points", 1.5, Reason("c", "t"))  # type: ignore[arg-type]

        rules = self.wit.exported("loyalty", "PurchaseRules", Plugin())()
        printed = io.StringIO()
        with mock.patch("os.abort", side_effect=Aborted), redirect_stderr(printed), self.assertRaises(Aborted):
            rules.on_purchase(self.context(), self.purchase(), "{}")
        [(function, level, line)] = self.heard
        self.assertEqual((function, level), ("host/log.write", self.made("log", "Level").ERROR))
        self.assertRegex(
            line, r"^TypeError: points is of type float; give an int \(test_wit\.py, line \d+, in on_purch"
        )
        self.assertEqual(printed.getvalue().splitlines()[-1], line)


if __name__ == "__main__":
    unittest.main()
