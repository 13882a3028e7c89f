"""Tests of the plugin, without WebAssembly and without a server: `python3 -m unittest`."""

import unittest

from plugin import Plugin
from stammgast import Malformed, Unsupported, channel, testing


class ReadingTest(unittest.TestCase):
    def test_the_first_line_says_who_writes(self) -> None:
        host = testing.Host.beside(__file__)
        ada = channel.Party(channel.AddressKind.EMAIL, "ada@example.com")
        effects = host.read_message(Plugin, b"from: ada@example.com\nHello\n")
        self.assertEqual(effects, [channel.ReceivedMessage(text="Hello", party=ada)])

    def test_a_message_of_nobody_is_malformed(self) -> None:
        host = testing.Host.beside(__file__)
        with self.assertRaises(Malformed):
            host.read_message(Plugin, b"Hello")

    def test_it_cannot_send_yet(self) -> None:
        host = testing.Host.beside(__file__)
        with self.assertRaises(Unsupported):
            host.build_send(Plugin, testing.outgoing_message())


if __name__ == "__main__":
    unittest.main()
