"""Being called again later, through the grant `reminders`. For loyalty plugins.

A reminder comes as an occasion of the kind `reminder`, to the installation that set it and to no other; for that, the
plugin's manifest names the event `occasion.reached`. Nothing happens before the call has ended well.
"""

from dataclasses import dataclass
from datetime import date

from stammgast import _check, _host


@dataclass(frozen=True, slots=True)
class SetReminder:
    """The plugin is reminded of the event's customer."""

    name: str
    """The reminder's name, a code."""
    day: date
    """When."""

    def __post_init__(self) -> None:
        _check.text("name", self.name)
        _check.day("day", self.day)


@dataclass(frozen=True, slots=True)
class CancelReminder:
    """A reminder is taken back."""

    name: str
    """The reminder's name."""

    def __post_init__(self) -> None:
        _check.text("name", self.name)


def set(name: str, day: date) -> None:
    """Reminds of the event's customer on a day, once. `name` is a code that the occasion will bear; another reminder of
    the customer by that name is replaced. A day that has passed is due at once."""
    _host.current().ask(SetReminder(name, day))


def cancel(name: str) -> None:
    """Takes a reminder back; nothing happens where there is none."""
    _host.current().ask(CancelReminder(name))
