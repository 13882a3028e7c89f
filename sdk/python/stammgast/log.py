"""Messages for whoever operates the server.

Long lines are cut, and lines past the host's limit are counted and dropped; neither is a fault. Never log personal
data: the host cannot erase what it cannot recognise. What a plugin prints ends up in the same place.
"""

from enum import Enum

from stammgast import _host


class Level(Enum):
    """How much a message matters."""

    DEBUG = "debug"
    """For the author."""
    INFO = "info"
    """For the record."""
    WARN = "warn"
    """Somebody should look."""
    ERROR = "error"
    """Somebody must look."""


def write(level: Level, message: str) -> None:
    """Writes one line."""
    # A log line is never worth a fault.
    _host.current().write(level, str(message).encode(errors="replace").decode())


def debug(message: str) -> None:
    """Writes a line for the author."""
    write(Level.DEBUG, message)


def info(message: str) -> None:
    """Writes a line for the record."""
    write(Level.INFO, message)


def warn(message: str) -> None:
    """Writes a line that somebody should look at."""
    write(Level.WARN, message)


def error(message: str) -> None:
    """Writes a line that somebody must look at."""
    write(Level.ERROR, message)
