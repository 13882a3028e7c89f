"""The rule, tried natively: what the host would hear."""

import unittest
from collections.abc import Mapping
from typing import Any

from plugin import Points
from stammgast import InvalidConfig, PluginError, Purchase, Reason, loyalty, testing
from stammgast.testing import line, purchase


class PointsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.host = testing.Host.beside(__file__)

    def assert_earns(self, bought: Purchase, points: int, text: str, config: Mapping[str, Any] | None = None) -> None:
        earned = loyalty.Earn("points", points, Reason("purchase", text))
        self.assertEqual(self.host.on_purchase(Points, bought, config=config), [earned])

    def test_without_lines_every_full_unit_of_the_amount_earns(self) -> None:
        self.assert_earns(purchase(12_50), 12, "12 points for 12.50 EUR")

    def test_lines_of_the_bonus_category_earn_their_own_points(self) -> None:
        lines = [line(2_50, "music"), line(8_01, "books"), line(2_50, "music"), line(99)]
        bought = purchase(14_00, lines=lines)
        self.assert_earns(bought, 9 + 5 * 2, "19 points for 14.00 EUR")
        no_bonus = {"program": "points", "points_per_unit": 3}
        self.assert_earns(bought, 14 * 3, "42 points for 14.00 EUR", no_bonus)

    def test_a_currency_is_written_with_its_own_digits(self) -> None:
        self.assert_earns(purchase(1_200, "JPY", 0), 1_200, "1200 points for 1200 JPY")
        self.assert_earns(purchase(1_005, "KWD", 3), 1, "1 points for 1.005 KWD")
        self.assert_earns(purchase(5, lines=[line(1_00, "music")]), 2, "2 points for 0.05 EUR")

    def test_less_than_a_full_unit_earns_nothing(self) -> None:
        self.assertEqual(self.host.on_purchase(Points, purchase(99)), [])
        self.assertEqual(self.host.on_purchase(Points, purchase(0)), [])
        nothing = {"program": "points", "points_per_unit": 0}
        self.assertEqual(self.host.on_purchase(Points, purchase(12_50), config=nothing), [])

    def test_a_configuration_that_cannot_be_read_is_told_in_a_sentence(self) -> None:
        broken = {
            "{": "no JSON",
            "[]": "no JSON object",
            '{ "program": "p" }': "`points_per_unit` is missing",
            '{ "program": "p", "points_per_unit": "1" }': "has to be a whole number",
            '{ "program": "p", "points_per_unit": 1, "more": 2 }': "`more` is no setting",
            '{ "program": "p", "points_per_unit": 1, "bonus": { "category": "c" } }': "`bonus.points_per_unit`",
        }
        for config, words in broken.items():
            with self.subTest(config), self.assertRaisesRegex(InvalidConfig, words):
                self.host.on_purchase(Points, purchase(12_50), config=config)
        self.assertEqual(self.host.effects, [])

    def test_points_beyond_64_bits_are_an_error_and_not_a_wrong_number(self) -> None:
        with self.assertRaises(PluginError):
            self.host.on_purchase(Points, purchase(1, lines=[line(2**63 - 1), line(1)]))
        self.assertEqual(self.host.effects, [])


if __name__ == "__main__":
    unittest.main()
