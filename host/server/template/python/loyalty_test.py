"""Tests of the plugin, without WebAssembly and without a server: `python3 -m unittest`."""

import unittest

from plugin import Plugin
from stammgast import InvalidConfig, Reason, loyalty, testing


class EarningTest(unittest.TestCase):
    def test_every_purchase_earns_the_same_but_gifts_earn_nothing(self) -> None:
        host = testing.Host.beside(__file__)
        effects = host.on_purchase(Plugin, testing.purchase(12_50))
        self.assertEqual(effects, [loyalty.Earn("points", 10, Reason("purchase", "10 points for a purchase"))])
        self.assertEqual(host.on_purchase(Plugin, testing.purchase(0)), [])

    def test_a_setting_that_is_missing_is_named(self) -> None:
        host = testing.Host.beside(__file__, config={"program": "points"})
        with self.assertRaisesRegex(InvalidConfig, "points_per_purchase"):
            host.on_purchase(Plugin, testing.purchase())


if __name__ == "__main__":
    unittest.main()
