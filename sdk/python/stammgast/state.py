"""Small key/value state of the installation: `state.customer` and `state.shared`.

A change is an effect: it happens when the call has ended well, and only if the value has not changed since it was
read; otherwise the host calls again. Keys have 1 to 200 characters; the host bounds the size of a value (64 KiB by
default) and how many keys there may be.
"""

import json
from enum import Enum
from typing import Any

from stammgast import _check, _host


class Scope(Enum):
    """Whose state a key belongs to."""

    CUSTOMER = "customer"
    """The customer of the event."""
    SHARED = "shared"
    """The whole installation."""


class Store:
    """The state of one scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, key: str) -> bytes | None:
        """A value, or `None` where there is none. Sees this call's own changes."""
        return _host.current().get_state(self._scope, _check.text("key", key))

    def set(self, key: str, value: bytes) -> None:
        """Sets a value."""
        _host.current().set_state(self._scope, _check.text("key", key), _check.data("value", value))

    def delete(self, key: str) -> None:
        """Deletes a value; nothing happens where there is none."""
        _host.current().delete_state(self._scope, _check.text("key", key))

    def get_json(self, key: str, default: Any = None) -> Any:
        """What `set_json` has set, or `default` where there is none."""
        value = self.get(key)
        return default if value is None else json.loads(value)

    def set_json(self, key: str, value: Any) -> None:
        """Sets what JSON can say; the same value always gives the same bytes."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        self.set(key, _check.text("value", text).encode())


customer = Store(Scope.CUSTOMER)
"""State of the event's customer. Needs the grant `state.customer`; an event without a customer is a fault."""

shared = Store(Scope.SHARED)
"""State of the whole installation. Needs the grant `state.shared`. Calls that change one shared key wait for one
another: prefer the customer's state."""
