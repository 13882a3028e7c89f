"""What tests need that call a plugin as a component does."""

import sys
import unittest
from collections.abc import Collection
from importlib import import_module
from typing import Any

import contract

KINDS = ["loyalty", "quality", "channel", "feedback"]


class Aborted(BaseException):
    """The component has ended."""


class ComponentTest(unittest.TestCase):
    """Has the modules of a component's world in place, and hears what is called in them."""

    def setUp(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.answers: dict[str, Any] = {}
        self.addCleanup(contract.remove)
        self.install(KINDS)

    def install(self, kinds: list[str], without: Collection[str] = ()) -> None:
        contract.remove()
        contract.install(kinds, self.hear, without)
        self.wit = import_module("stammgast._wit")

    def hear(self, place: str, name: str, *given: Any) -> Any:
        self.heard.append((f"{place}.{name}", *given))
        return self.answers.get(name)

    def made(self, module: str, name: str) -> Any:
        return getattr(sys.modules[f"wit_world.imports.{module}"], name)

    def context(self) -> Any:
        return self.made("types", "EventContext")(7, "purchase.recorded", -5, 6, "ada")

    def purchase(self) -> Any:
        line = self.made("types", "PurchaseLine")("CD", None, 2**32 - 1, -(2**63))
        money = self.made("types", "Money")(2**63 - 1, "EUR", 2)
        return self.made("types", "Purchase")("p", "shop", money, [line], 9)

    def interaction(self) -> Any:
        attachment = self.made("types", "Attachment")("", "image/png", 2**64 - 1)
        direction = self.made("types", "Direction").OUTBOUND
        given = ("i", "email", direction, None, "words", [attachment], None, "Grace", None, "solved", 9)
        return self.made("types", "Interaction")(*given)
