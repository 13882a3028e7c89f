"""Errors that a plugin raises to say why it cannot answer.

The host shows the text to the tenant's admin and tries the event again later. They are answers, not faults: every
other exception ends the call as a fault.
"""


class PluginError(Exception):
    """The plugin cannot answer, for a reason that has no class of its own."""


class InvalidConfig(PluginError):
    """The configuration cannot be used, although it fits the schema."""


class UnsupportedEvent(PluginError):
    """The event lacks something that the plugin needs."""


class Malformed(PluginError):
    """The bytes are not a message of this channel. They stay stored, and the text is shown. For connectors."""


class Unsupported(PluginError):
    """The channel cannot carry this message. For connectors."""
