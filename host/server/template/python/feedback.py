"""A feedback plugin: opens an item for a department when a customer uses one of the configured words.

Start with `word_in`: it is all that this plugin decides. What stands below it talks with the host.
"""

import re

from stammgast import Config, Direction, EventContext, Evidence, Interaction, Reason, feedback

WORD = re.compile(r"[^\W_]+")


def word_in(text: str, words: list[str]) -> str | None:
    """The first word of a text that is one of the configured words, in any case."""
    wanted = {word.lower() for word in words}
    return next((word for word in WORD.findall(text) if word.lower() in wanted), None)


class Plugin(feedback.Routes):
    """The plugin, as the host calls it."""

    def route_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
        """Called for every contact. What it asks for happens when it has returned, and not before."""
        # What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
        words = config.texts("words")
        topic = config.text("topic")
        department = config.text("department")

        if interaction.direction is Direction.OUTBOUND:
            return
        subject = interaction.subject or ""
        for field, text in (("subject", subject), ("text", interaction.text)):
            word = word_in(text, words)
            if word is not None:
                sentence = f"the customer speaks of `{word}`"
                feedback.open_item(
                    feedback.Item(
                        department=department,
                        kind=feedback.Kind.COMPLAINT,
                        topic=topic,
                        title=(subject if subject.strip() else sentence)[:300],
                        reason=Reason("word-found", sentence),
                        evidence=Evidence(field, word),
                    )
                )
                return


# The build looks for a class of this name.
InteractionRoutes = feedback.export(Plugin)
