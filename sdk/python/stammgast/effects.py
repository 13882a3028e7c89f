"""What plugins may ask for, as values. The functions of the kinds' modules make them; tests compare them."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from stammgast import _check
from stammgast.records import Evidence, Reason


@dataclass(frozen=True, slots=True)
class Earn:
    """The event's customer earns points."""

    program: str
    """Code of the program."""
    points: int
    """How many; 1 to 1,000,000,000,000."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("program", self.program)
        _check.integer("points", self.points, *_check.S64)
        _check.one("reason", self.reason, Reason)


@dataclass(frozen=True, slots=True)
class EarnDecimal:
    """The event's customer earns points that need not be whole."""

    program: str
    """Code of the program."""
    points: str
    """How many, such as `12.5`: digits, and after a point at most 9 more; more than 0, at most 1,000,000,000,000."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("program", self.program)
        _check.text("points", self.points)
        _check.one("reason", self.reason, Reason)


@dataclass(frozen=True, slots=True)
class ProposeTier:
    """The event's customer should have a tier of a program."""

    program: str
    """Code of the program."""
    tier: str
    """Code of the tier."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("program", self.program)
        _check.text("tier", self.tier)
        _check.one("reason", self.reason, Reason)


@dataclass(frozen=True, slots=True)
class ProposeNoTier:
    """The event's customer should have no tier of a program any more."""

    program: str
    """Code of the program."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("program", self.program)
        _check.one("reason", self.reason, Reason)


@dataclass(frozen=True, slots=True)
class IssueVoucher:
    """The event's customer gets a voucher."""

    offer: str
    """Code of one of the tenant's offers."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("offer", self.offer)
        _check.one("reason", self.reason, Reason)


@dataclass(frozen=True, slots=True)
class MakeEligible:
    """The event's customer may claim a reward."""

    reward: str
    """Code of a reward that is open to eligible customers."""
    last_day: date | None
    """The last day on which the customer may; `None` where there is no end."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("reward", self.reward)
        _check.optional_day("last_day", self.last_day)
        _check.one("reason", self.reason, Reason)


@dataclass(frozen=True, slots=True)
class EndEligibility:
    """The event's customer may not claim a reward any more."""

    reward: str
    """Code of the reward."""
    reason: Reason
    """Why."""

    def __post_init__(self) -> None:
        _check.text("reward", self.reward)
        _check.one("reason", self.reason, Reason)


class Severity(Enum):
    """How much a finding matters."""

    INFO = "info"
    """Worth knowing."""
    MINOR = "minor"
    """Should be put right."""
    MAJOR = "major"
    """Must be put right."""
    CRITICAL = "critical"
    """Must be put right at once."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The checked contact deviates from a standard."""

    severity: Severity
    """How much it matters."""
    reason: Reason
    """Why; its code names the broken rule."""
    evidence: Evidence | None = None
    """Where it shows."""

    def __post_init__(self) -> None:
        _check.one("severity", self.severity, Severity)
        _check.one("reason", self.reason, Reason)
        if self.evidence is not None:
            _check.one("evidence", self.evidence, Evidence)


class Kind(Enum):
    """What sort of feedback it is."""

    COMPLAINT = "complaint"
    """Something went wrong."""
    PRAISE = "praise"
    """Something went well."""
    SUGGESTION = "suggestion"
    """Something could be better."""
    QUESTION = "question"
    """Something is unclear."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of feedback for one department."""

    department: str
    """The department's code. It must exist in the tenant."""
    kind: Kind
    """What sort of feedback."""
    topic: str
    """What it is about: a code such as `delivery`."""
    title: str
    """A line that says what it is; 1 to 300 characters."""
    reason: Reason
    """Why it is sent there."""
    evidence: Evidence | None = None
    """The words that led there."""

    def __post_init__(self) -> None:
        _check.text("Item.department", self.department)
        _check.one("Item.kind", self.kind, Kind)
        _check.text("Item.topic", self.topic)
        _check.text("Item.title", self.title)
        _check.one("Item.reason", self.reason, Reason)
        if self.evidence is not None:
            _check.one("Item.evidence", self.evidence, Evidence)
