"""What a loyalty program's accounts should say, worked out on its own.

This follows the rules as the documentation tells them, and shares nothing with the server: it keeps one list of lots a
customer and goes through it again and again. It is slow and plain on purpose.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc


FAR = datetime.max.replace(tzinfo=UTC)


def changes(method):
    """What a wallet knew of itself is forgotten when something changes."""

    def changing(self, *arguments, **named):
        self.next_due = self.known = None
        try:
            return method(self, *arguments, **named)
        finally:
            self.next_due = self.known = None

    return changing


class Refused(Exception):
    """The books do not allow it."""


@dataclass
class Lot:
    """One earning. Its points are spent soonest-expiring first, then oldest."""

    purchase: str
    earned: datetime
    active: datetime
    expires: datetime
    source: str
    points: int
    pending: int = 0
    available: int = 0
    reserved: int = 0
    expired: int = 0
    taken: int = 0

    def order(self):
        return (self.expires, self.earned)


@dataclass
class Program:
    """A rolling expiry in months, days until points count, and what becomes of points that are spent already."""

    code: str
    zone: ZoneInfo
    months: int
    until_month_end: bool
    pending_days: int
    shortfall: str

    def start_of(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def times(self, earned: datetime):
        day = earned.astimezone(self.zone).date()
        active = earned if self.pending_days == 0 else self.start_of(day + timedelta(days=self.pending_days))
        last = plus_months(day, self.months)
        if self.until_month_end:
            last = last_of_month(last)
        return active, self.start_of(last + timedelta(days=1))


def last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, last_of_month(first).day))


@dataclass
class Redemption:
    """Points that are held (until a time) or spent, as pairs of lot and points."""

    sink: str
    held: list
    spent: list
    until: datetime | None


@dataclass
class Wallet:
    """One customer in one program."""

    program: Program
    lots: list = field(default_factory=list)
    redemptions: dict = field(default_factory=dict)
    # Return, place in the list, and points that were taken from there: a lot's stage, or what is owed.
    taken: dict = field(default_factory=dict)
    redeemed: int = 0
    issued: int = 0
    partner: int = 0
    # Kept for speed alone, and forgotten at every change.
    next_due: datetime | None = None
    known: dict | None = None

    def balances(self):
        if self.known is None:
            self.known = self.add_up()
        return self.known

    def add_up(self):
        total = lambda name: sum(getattr(lot, name) for lot in self.lots)
        owed = sum(part[2] for parts in self.taken.values() for part in parts if part[0] == "owed")
        negative = owed if self.program.shortfall == "negative" else 0
        return {
            "points": total("available") - negative,
            "pending": total("pending"),
            "reserved": total("reserved"),
            "redeemed": self.redeemed,
            "expired": total("expired"),
            "owed": owed - negative,
        }

    def spendable(self):
        return max(0, self.balances()["points"])

    def in_order(self):
        return sorted((lot for lot in self.lots if lot.available > 0), key=Lot.order)

    # What happens by itself.

    def advance(self, now: datetime):
        """Everything that is due, in the order of its time."""
        while self.next_due is None or self.next_due <= now:
            due = [(lot.active, 0, lot) for lot in self.lots if lot.pending > 0]
            due += [(one.until, 1, one) for one in self.redemptions.values() if one.held and one.until]
            due += [(lot.expires, 2, lot) for lot in self.lots if lot.available > 0]
            at, sort, what = min(due, key=lambda one: one[:2], default=(FAR, None, None))
            if at > now:
                self.next_due = at
                return
            self.happen(sort, what)

    @changes
    def happen(self, sort, what):
        if sort == 0:
            what.available, what.pending = what.available + what.pending, 0
            self.pay()
        elif sort == 1:
            self.let_go(what)
        else:
            what.expired, what.available = what.expired + what.available, 0

    @changes
    def let_go(self, redemption: Redemption):
        for lot, points in redemption.held:
            lot.reserved -= points
            lot.available += points
        redemption.held = []
        self.pay()

    def pay(self):
        """Available points pay for what is owed, oldest debt first."""
        for parts in self.taken.values():
            for part in [part for part in parts if part[0] == "owed"]:
                for lot in self.in_order():
                    paid = min(lot.available, part[2])
                    if paid > 0:
                        lot.available -= paid
                        part[2] -= paid
                        parts.append(["available", lot, paid])
            parts[:] = [part for part in parts if part[2] > 0]

    # What is asked for.

    @changes
    def earn(self, points, purchase, earned, source, times=None):
        active, expires = times or self.program.times(earned)
        lot = Lot(purchase, earned, active, expires, source, points)
        if active > earned:
            lot.pending = points
        else:
            lot.available = points
        self.lots.append(lot)
        self.count(source, points)
        self.pay()
        return lot

    def count(self, source, points):
        if source == "issuance":
            self.issued += points
        else:
            self.partner -= points

    def take(self, points):
        if points > self.spendable():
            raise Refused("not-enough-points")
        parts = []
        for lot in self.in_order():
            part = min(lot.available, points)
            points -= part
            lot.available -= part
            if part:
                parts.append((lot, part))
        return parts

    @changes
    def withdraw(self, points):
        self.take(points)
        self.issued -= points

    @changes
    def spend(self, name, points, sink, until=None):
        parts = self.take(points)
        one = self.redemptions[name] = Redemption(sink, [], [], until)
        if until:
            one.held = parts
            for lot, part in parts:
                lot.reserved += part
        else:
            one.spent = parts
            self.sink(sink, points)

    def sink(self, sink, points):
        if sink == "program":
            self.redeemed += points
        else:
            self.partner += points

    @changes
    def capture(self, name, points):
        one = self.redemptions[name]
        has = sum(part for _, part in one.held)
        if not one.held:
            raise Refused("redemption-status")
        if points > has:
            raise Refused("more-than-there")
        self.sink(one.sink, points)
        rest = []
        for lot, part in one.held:
            now = min(part, points)
            points -= now
            lot.reserved -= now
            if now:
                one.spent.append((lot, now))
            if part > now:
                rest.append((lot, part - now))
        one.held = rest
        self.let_go(one)

    @changes
    def release(self, name):
        if not self.redemptions[name].held:
            raise Refused("redemption-status")
        self.let_go(self.redemptions[name])

    @changes
    def reverse(self, name, points):
        one = self.redemptions[name]
        if not one.spent:
            raise Refused("redemption-status")
        if points > sum(part for _, part in one.spent):
            raise Refused("more-than-there")
        self.sink(one.sink, -points)
        while points:
            lot, part = one.spent.pop()
            back = min(part, points)
            points -= back
            lot.available += back
            if part > back:
                one.spent.append((lot, part - back))
        self.pay()

    def short_of(self, purchase, left, of):
        """Points that a return would have to take from other lots, and those there are."""
        needed = 0
        for lot in self.of(purchase):
            due = lot.points - lot.points * left // of - lot.taken if of else lot.points - lot.taken
            needed += max(0, due - lot.pending - lot.expired)
        return needed, self.spendable()

    def of(self, purchase):
        return [lot for lot in self.lots if lot.purchase == purchase]

    @changes
    def give_back_earned(self, name, purchase, left, of):
        """Of a purchase, `left` of `of` stays."""
        for lot in self.of(purchase):
            keep = lot.points * left // of if of else 0
            due = lot.points - keep - lot.taken
            if due <= 0:
                continue
            lot.taken += due
            self.count(lot.source, -due)
            parts = self.taken.setdefault((name, id(lot)), [])
            for stage in ("pending", "available", "expired"):
                now = min(getattr(lot, stage), due)
                setattr(lot, stage, getattr(lot, stage) - now)
                due -= now
                if now:
                    parts.append([stage, lot, now])
            for other in self.in_order():
                now = min(other.available, due)
                other.available -= now
                due -= now
                if now:
                    parts.append(["available", other, now])
            if due:
                parts.append(["owed", None, due])

    @changes
    def put_back(self, name, purchase):
        for lot in self.of(purchase):
            parts = self.taken.pop((name, id(lot)), [])
            for stage, from_lot, points in parts:
                lot.taken -= points
                self.count(lot.source, points)
                if from_lot:
                    setattr(from_lot, stage, getattr(from_lot, stage) + points)
        self.pay()
