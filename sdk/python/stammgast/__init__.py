"""Write Stammgast plugins in Python.

A plugin serves one or more kinds; each kind is a module: `loyalty`, `quality`, `channel`, `feedback`. What the host
offers to every kind is in `log`, `state` and `lookup`; `reminders` and `contacts` are for loyalty. Tests use
`stammgast.testing`.
"""

from stammgast import contacts, log, lookup, reminders, state
from stammgast.config import Config
from stammgast.errors import InvalidConfig, Malformed, PluginError, Unsupported, UnsupportedEvent
from stammgast.records import (
    Attachment,
    Direction,
    EventContext,
    Evidence,
    Interaction,
    Money,
    Purchase,
    PurchaseLine,
    Reason,
    millis_of,
    time_of,
)

__all__ = [
    "Attachment",
    "Config",
    "Direction",
    "EventContext",
    "Evidence",
    "Interaction",
    "InvalidConfig",
    "Malformed",
    "Money",
    "PluginError",
    "Purchase",
    "PurchaseLine",
    "Reason",
    "Unsupported",
    "UnsupportedEvent",
    "contacts",
    "log",
    "lookup",
    "millis_of",
    "reminders",
    "state",
    "time_of",
]
