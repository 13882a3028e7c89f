"""The configuration: what is wrong with a setting is told by its name."""

import unittest
from collections.abc import Callable
from typing import Any

from stammgast import Config, InvalidConfig
from stammgast.config import parse

SETTINGS = """
{ "name": "points", "count": 9223372036854775807, "on": false, "words": ["a", "b"], "none": null,
  "bonus": { "category": "music", "inner": {} }, "tiers": [{ "from": 1 }, { "from": "two" }] }
"""


class ConfigTest(unittest.TestCase):
    def setUp(self) -> None:
        self.config = parse(SETTINGS)

    def test_it_is_a_dict_whose_readers_know_the_type(self) -> None:
        self.assertEqual(self.config["bonus"]["category"], "music")
        self.assertEqual(self.config.text("name"), "points")
        self.assertEqual(self.config.integer("count"), 2**63 - 1)
        self.assertIs(self.config.boolean("on"), False)
        self.assertEqual(self.config.texts("words"), ["a", "b"])
        self.assertEqual(self.config.section("bonus").text("category"), "music")
        self.assertEqual(self.config.sections("tiers")[0].integer("from"), 1)

    def test_a_default_stands_for_what_is_missing_and_for_nothing_else(self) -> None:
        self.assertEqual(self.config.integer("missing", 3), 3)
        self.assertIsNone(self.config.section("missing", None))
        self.assertEqual(self.config.texts("missing", ()), ())
        self.assertEqual(self.config.sections("missing", []), [])
        with self.assertRaises(InvalidConfig):
            self.config.text("none", "default")

    def test_what_is_wrong_is_named_with_its_place(self) -> None:
        wrong: dict[str, Callable[[], Any]] = {
            "`missing` is missing; add it": lambda: self.config["missing"],
            '`name` is "points"; it has to be a whole number': lambda: self.config.integer("name"),
            "`on` is false; it has to be a whole number": lambda: self.config.integer("on"),
            "`none` is null; it has to be a text": lambda: self.config.text("none"),
            "`tiers` is .* it has to be a list of texts": lambda: self.config.texts("tiers"),
            "`bonus.inner.deep` is missing": lambda: self.config.section("bonus").section("inner").text("deep"),
            r"`tiers\[1\].from` is \"two\"": lambda: self.config.sections("tiers")[1].integer("from"),
            "`bonus.inner` is no setting": lambda: self.config.section("bonus").only("category"),
        }
        for words, read in wrong.items():
            with self.subTest(words), self.assertRaisesRegex(InvalidConfig, words):
                read()

    def test_a_whole_number_is_not_written_with_a_point(self) -> None:
        with self.assertRaisesRegex(InvalidConfig, "`n` is 1.0"):
            parse('{ "n": 1.0 }').integer("n")

    def test_a_long_value_is_shown_in_part(self) -> None:
        with self.assertRaises(InvalidConfig) as caught:
            Config({"n": "x" * 1_000}).integer("n")
        self.assertLess(len(str(caught.exception)), 200)

    def test_what_is_no_json_object_is_refused(self) -> None:
        for text in ("", "{", "[]", "null", '{ "n": NaN }', '{ "n": Infinity }'):
            with self.subTest(text), self.assertRaises(InvalidConfig):
                parse(text)


if __name__ == "__main__":
    unittest.main()
