"""Tests of the plugin, without WebAssembly and without a server: `python3 -m unittest`."""

import unittest

from plugin import Plugin, word_in
from stammgast import Evidence, Reason, quality, testing


class WordTest(unittest.TestCase):
    def test_whole_words_are_found_in_any_case(self) -> None:
        words = ["refund", "lawyer"]
        self.assertEqual(word_in("I want a Refund!", words), "Refund")
        self.assertIsNone(word_in("It is non-refundable.", words))

    def test_a_word_that_is_found_is_a_finding(self) -> None:
        host = testing.Host.beside(__file__)
        reason = Reason("word-found", "the word `refund` occurs in the text")
        self.assertEqual(
            host.check_interaction(Plugin, testing.interaction("I want a refund.", "Scratched record")),
            [quality.Finding(quality.Severity.INFO, reason, Evidence("text", "refund"))],
        )
        self.assertEqual(host.check_interaction(Plugin, testing.interaction("All is well.")), [])


if __name__ == "__main__":
    unittest.main()
