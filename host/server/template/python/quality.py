"""A quality plugin: raises a finding when one of the configured words occurs in a contact.

Start with `word_in`: it is all that this plugin decides. What stands below it talks with the host.
"""

import re

from stammgast import Config, EventContext, Evidence, Interaction, Reason, quality

WORD = re.compile(r"[^\W_]+")


def word_in(text: str, words: list[str]) -> str | None:
    """The first word of a text that is one of the configured words, in any case."""
    wanted = {word.lower() for word in words}
    return next((word for word in WORD.findall(text) if word.lower() in wanted), None)


class Plugin(quality.Checks):
    """The plugin, as the host calls it."""

    def check_interaction(self, event: EventContext, interaction: Interaction, config: Config) -> None:
        """Called for every contact. What it asks for happens when it has returned, and not before."""
        # What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
        words = config.texts("words")

        for field, text in (("subject", interaction.subject or ""), ("text", interaction.text)):
            word = word_in(text, words)
            if word is not None:
                reason = Reason("word-found", f"the word `{word}` occurs in the {field}")
                quality.raise_finding(quality.Severity.INFO, reason, Evidence(field, word))


# The build looks for a class of this name.
InteractionChecks = quality.export(Plugin)
