"""One call as the stand-in for the host serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stammgast.lookup import Customer, InteractionPage, PastInteraction, PurchasePage, Tier
from stammgast.state import Scope
from stammgast.testing import rules
from stammgast.testing.fault import Fault

if TYPE_CHECKING:
    from stammgast._host import Effect
    from stammgast.log import Level
    from stammgast.records import Purchase

Place = tuple[str | None, str]
"""Where a value of state lies: the customer's id, or `None` for the shared state, and the key."""

MOST_EFFECTS = 100
MOST_CALLS = 1_000
MOST_STATE_BYTES = 64 * 1024
MOST_KEY_CHARACTERS = 200
MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log."""

    level: Level
    """How much it matters."""
    message: str
    """What it says."""


@dataclass
class Facts:
    """What a call may read."""

    grants: frozenset[str] | None
    """What the plugin is granted; `None` is everything."""
    customer_id: str | None
    """The event's customer."""
    customer: Customer | None
    """What is known of the customer."""
    points: Mapping[str, int]
    """The customer's points by program."""
    tiers: Mapping[str, Tier]
    """The customer's tiers by program."""
    purchases: Sequence[Purchase]
    """The customer's purchases, newest first."""
    interactions: Sequence[PastInteraction]
    """The customer's contacts, newest first."""
    state: Mapping[Place, bytes]
    """State before the call."""


@dataclass
class Call:
    """A running call: what it reads, and what it has asked for so far."""

    facts: Facts
    log: list[LogLine]
    effects: list[Effect] = field(default_factory=list)
    changed: dict[Place, bytes | None] = field(default_factory=dict)
    calls: int = 0

    def ask(self, effect: Effect) -> None:
        """Takes an effect down."""
        self._need(rules.grant_of(effect))
        if len(self.effects) == MOST_EFFECTS:
            raise Fault(f"it asked for more than {MOST_EFFECTS} effects")
        rules.check(effect, self.facts.customer_id)
        self.effects.append(effect)

    def write(self, level: Level, message: str) -> None:
        """Writes a line to the log."""
        self.log.append(LogLine(level, message))

    def get_state(self, scope: Scope, key: str) -> bytes | None:
        """Reads a value of state."""
        place = self._place(scope, key)
        return self.changed[place] if place in self.changed else self.facts.state.get(place)

    def set_state(self, scope: Scope, key: str, value: bytes) -> None:
        """Sets a value of state."""
        if len(value) > MOST_STATE_BYTES:
            raise Fault(f"state `{key}` would hold {len(value)} bytes; at most {MOST_STATE_BYTES} fit")
        self.changed[self._place(scope, key)] = value

    def delete_state(self, scope: Scope, key: str) -> None:
        """Deletes a value of state."""
        self.changed[self._place(scope, key)] = None

    def get_customer(self) -> Customer | None:
        """Reads the event's customer."""
        self._need("lookup.customer")
        known = self.facts.customer if self.facts.customer_id is not None else None
        if known is None:
            return None
        name = known.name if self._granted("lookup.customer.name") else None
        language = known.language if self._granted("lookup.customer.language") else None
        return replace(known, name=name, language=language)

    def get_points(self, program: str) -> int:
        """Reads the customer's points."""
        self._need("lookup.points")
        return self.facts.points.get(program, 0) if self.facts.customer_id is not None else 0

    def get_tier(self, program: str) -> Tier:
        """Reads the customer's tier."""
        self._need("lookup.tier")
        return self.facts.tiers.get(program, Tier()) if self.facts.customer_id is not None else Tier()

    def list_purchases(self, before: str | None, limit: int) -> PurchasePage:
        """Reads a page of purchases."""
        self._need("lookup.purchases")
        start, end, after = self._page(before, limit, len(self.facts.purchases))
        found = self.facts.purchases[start:end]
        if not self._granted("lookup.purchases.lines"):
            found = [replace(purchase, lines=()) for purchase in found]
        return PurchasePage(tuple(found), after)

    def list_interactions(self, before: str | None, limit: int) -> InteractionPage:
        """Reads a page of contacts."""
        self._need("lookup.interactions")
        start, end, after = self._page(before, limit, len(self.facts.interactions))
        found = self.facts.interactions[start:end]
        if not self._granted("lookup.interactions.text"):
            found = [replace(contact, subject=None, text=None) for contact in found]
        return InteractionPage(tuple(found), after)

    def _page(self, before: str | None, limit: int, count: int) -> tuple[int, int, str | None]:
        if self.facts.customer_id is None:
            return 0, 0, None
        start = int(before or 0)
        end = start + min(limit, MOST_PER_PAGE)
        return start, end, str(end) if end < count else None

    def _place(self, scope: Scope, key: str) -> Place:
        self._need(f"state.{scope.value}")
        if not 1 <= len(key) <= MOST_KEY_CHARACTERS:
            raise Fault(f"a key of state has 1 to {MOST_KEY_CHARACTERS} characters")
        if scope is Scope.SHARED:
            return None, key
        if self.facts.customer_id is None:
            raise Fault("the event has no customer whose state could be used")
        return self.facts.customer_id, key

    def _granted(self, capability: str) -> bool:
        return self.facts.grants is None or capability in self.facts.grants

    def _need(self, capability: str) -> None:
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise Fault(f"it called the host more than {MOST_CALLS} times")
        if not self._granted(capability):
            raise Fault(f"it used `{capability}`, which is not granted to it; ask for it in `capabilities`")
