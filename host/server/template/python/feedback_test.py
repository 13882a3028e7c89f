"""Tests of the plugin, without WebAssembly and without a server: `python3 -m unittest`."""

import unittest

from plugin import Plugin, word_in
from stammgast import Direction, Evidence, Reason, feedback, testing


class WordTest(unittest.TestCase):
    def test_whole_words_are_found_in_any_case(self) -> None:
        words = ["parcel", "courier"]
        self.assertEqual(word_in("Where is my PARCEL?", words), "PARCEL")
        self.assertIsNone(word_in("Where are my parcels?", words))

    def test_a_word_of_the_customer_opens_one_item(self) -> None:
        host = testing.Host.beside(__file__)
        item = feedback.Item(
            department="logistics",
            kind=feedback.Kind.COMPLAINT,
            topic="delivery",
            title="Where is it?",
            reason=Reason("word-found", "the customer speaks of `parcel`"),
            evidence=Evidence("text", "parcel"),
        )
        contact = testing.interaction("My parcel, or the courier?", "Where is it?")
        self.assertEqual(host.route_interaction(Plugin, contact), [item])

    def test_what_the_company_writes_opens_nothing(self) -> None:
        host = testing.Host.beside(__file__)
        answer = testing.interaction("Your parcel is on its way.", direction=Direction.OUTBOUND)
        self.assertEqual(host.route_interaction(Plugin, answer), [])


if __name__ == "__main__":
    unittest.main()
