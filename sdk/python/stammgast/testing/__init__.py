"""Native tests of plugins: a stand-in for the host, and values to call a plugin with.

host = testing.Host.beside(__file__)
effects = host.on_purchase(Plugin, testing.purchase(12_50))
self.assertEqual(effects, [loyalty.Earn("points", 10, Reason("purchase", "10 points for a purchase"))])
"""

from stammgast.testing.fault import Fault
from stammgast.testing.host import Host, LogLine, StateChange
from stammgast.testing.samples import (
    activity,
    event,
    interaction,
    line,
    occasion,
    outgoing_message,
    past_interaction,
    points_change,
    purchase,
)
from stammgast.testing.sending import filled

__all__ = [
    "Fault",
    "Host",
    "LogLine",
    "StateChange",
    "activity",
    "event",
    "filled",
    "interaction",
    "line",
    "occasion",
    "outgoing_message",
    "past_interaction",
    "points_change",
    "purchase",
]
