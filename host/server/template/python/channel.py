"""A channel plugin: reads messages that are plain text. The first line says who writes, the rest is the message.

Start with `read`: it is all that this plugin decides. What stands below it talks with the host.
"""

from stammgast import Config, EventContext, Malformed, Unsupported, channel


def read(message: str, sender_mark: str) -> tuple[str, str]:
    """Who writes, and what. Raises `Malformed` where the first line does not say who writes."""
    first, _, text = message.partition("\n")
    sender = first.removeprefix(sender_mark).strip()
    if not first.startswith(sender_mark) or not sender:
        raise Malformed(f"the first line must be `{sender_mark} <e-mail address>`")
    return sender, text.strip()


class Plugin(channel.Connector):
    """The plugin, as the host calls it."""

    def read_message(self, event: EventContext, raw: channel.RawMessage, config: Config) -> None:
        """Called for every delivery. What it asks for happens when it has returned, and not before."""
        # What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
        sender_mark = config.text("sender_mark")

        sender, text = read(raw.body.decode("utf-8", "replace"), sender_mark)
        party = channel.Party(channel.AddressKind.EMAIL, sender)
        channel.receive_message(channel.ReceivedMessage(text=text, party=party))

    def build_send(self, message: channel.OutgoingMessage, config: Config) -> channel.SendRequest:
        """Called to build what the channel shall carry. Sending is left to you: return a `channel.MailRequest` or a
        `channel.HttpRequest`. What the response to the latter means says `read_response`; as long as there is none
        here, its status decides."""
        raise Unsupported("this channel cannot send messages")


# The build looks for classes of these names.
Inbound, Outbound = channel.export(Plugin)
