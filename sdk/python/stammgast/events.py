"""What loyalty plugins are told of beside purchases, as interface `loyalty-types` of the contract defines it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day that matters to a customer or to the customer's points."""

    kind: str
    """What it is: `birthday`, `anniversary`, `points-expiring`, `tier-review`, `membership-ending` or `reminder`. There
    will be more: pass over what is not known."""
    day: date
    """The day: of the birthday, of the anniversary, of the reminder; the last day of the points, of the tier, of the
    membership."""
    years: int | None
    """Years that the customer completes on a birthday, where the year of birth is known, or on an anniversary."""
    program: str | None
    """The program, of `points-expiring` and `tier-review`."""
    points: int | None
    """How many points, of `points-expiring`."""
    name: str | None
    """The tier, the membership's plan, or the reminder's name."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that a customer did, and that is no purchase."""

    id: str
    """Id of the activity."""
    kind: str
    """What it is: a code such as `survey-answered`. `referral-made`, `referral-accepted`, `membership-started`,
    `membership-renewed` and `membership-ended` are the host's own."""
    source: str
    """The system that told of it, such as `app`; `stammgast` where it is the host's own."""
    details: tuple[tuple[str, str], ...]
    """Details as the source gave them: names and texts."""
    occurred_at: int
    """When it happened."""

    def detail(self, name: str) -> str | None:
        """The first detail of a name; `None` where there is none."""
        return next((text for key, text in self.details if key == name), None)


@dataclass(frozen=True, slots=True)
class PointsChange:
    """Points that moved."""

    program: str
    """The program."""
    movement: str
    """What happened: `earned`, `activated`, `expired`, `redeemed`, `taken-back` and others. There will be more."""
    available: int
    """How many points came to those that can be spent, or that qualify; below zero where they left."""
    pending: int
    """How many came to those that do not count yet; below zero where they left."""
