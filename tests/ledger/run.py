"""Lets the CDNOW year and a half pass on a real server, day by day, beside a model, and compares every account of every
customer on every day.

    python3 run.py URL KEY OPERATOR_KEY --data CDNOW_master.txt [--share 25] [--seed 1]

The server has to run on a test clock, with the plugin `stammgast.loyalty-points` installed. `--share 25` takes every 25th
customer. Beside the purchases it plays what else happens in shops, drawn with the seed: redemptions at once and later,
reservations that are captured in part, released or forgotten, returns in whole and in part, returns undone, purchases that
are told late, and points that people give and take.
"""

import argparse
import random
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from model import Program, Wallet
from server import Server
from steps import Steps

UTC = timezone.utc
ZONE = "America/New_York"
FIRST, LAST = date(1997, 1, 1), date(1998, 6, 30)


def read_purchases(file, share):
    days = defaultdict(list)
    with open(file, encoding="ascii") as lines:
        next(lines)
        for number, line in enumerate(lines):
            customer, day, _, dollars = line.split()
            if int(customer) % share == 0:
                cents = int(dollars.replace(".", ""))
                days[datetime.strptime(day, "%Y%m%d").date()].append((number, int(customer), cents))
    return days


class Year(Steps):
    """The server and the model beside each other."""

    def __init__(self, arguments):
        self.url = arguments.url
        self.server = Server(arguments.url, arguments.key)
        self.lists = ThreadPoolExecutor()
        self.operator = Server(arguments.url, arguments.operator_key)
        self.random = random.Random(arguments.seed)
        self.days = read_purchases(arguments.data, arguments.share)
        zone = ZoneInfo(ZONE)
        self.programs = {
            "club": Program("club", zone, 12, False, 0, "debt"),
            "strict": Program("strict", zone, 12, True, 14, "refuse"),
            "deep": Program("deep", zone, 3, False, 0, "negative"),
        }
        self.wallets = {}
        # What was settled with the partner so far, by program.
        self.settled = defaultdict(int)
        self.customers, self.bought, self.returns, self.redemptions = {}, {}, [], []
        self.late = defaultdict(list)
        self.done, self.refused, self.compared, self.names = defaultdict(int), defaultdict(int), 0, 0

    def set_up(self):
        self.server.call("PUT", "/v1/settings", {"zone": ZONE})
        for program in self.programs.values():
            until = "month" if program.until_month_end else "day"
            policy = {
                "expiry": {"after": "rolling", "months": program.months, "until": until},
                "pending_days": program.pending_days,
                "shortfall": program.shortfall,
            }
            self.server.post("/v1/programs", {"code": program.code, "name": program.code, "policy": policy})
            body = {
                "plugin": "stammgast.loyalty-points",
                "name": program.code,
                "grants": ["loyalty.earn", "state.customer"],
                "config": {"program": program.code},
                "start": "now",
                "unsigned": "it is part of this test",
            }
            self.server.post("/v1/installations", body)
        limits = {"per_posting": 10_000, "per_day": 1_000_000}
        terms = {program: {"issue": limits, "accept": limits} for program in self.programs}
        self.server.post("/v1/partners", {"code": "bakery", "name": "Bakery", "programs": terms})
        key = {"name": "bakery", "scopes": ["partner:trade"], "partner": "bakery"}
        self.bakery = Server(self.url, self.server.post("/v1/keys", key)["secret"])
        numbers = sorted({customer for day in self.days.values() for _, customer, _ in day})
        for start in range(0, len(numbers), 400):
            rows = [{"reference": {"source": "cdnow", "id": str(one)}} for one in numbers[start : start + 400]]
            answer = self.server.post("/v1/customers/bulk", {"rows": rows})
            for number, row in zip(numbers[start : start + 400], answer["results"]):
                self.customers[number] = row["id"]
        print(f"{len(numbers)} customers", flush=True)

    def wallet(self, program, customer):
        key = (program, customer)
        if key not in self.wallets:
            self.wallets[key] = Wallet(self.programs[program])
        return self.wallets[key]

    def pass_days(self, days):
        for number in range(days):
            day = FIRST + timedelta(days=number)
            self.now = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
            self.set_clock()
            self.buy(day)
            for _ in range(max(4, len(self.customers) // 600)):
                self.something()
            self.compare(day)
            if number % 30 == 0:
                print(f"{day}: {self.compared} wallets compared, {sum(self.done.values())} steps", flush=True)

    def set_clock(self):
        self.operator.call("PUT", "/v1/test-clock", {"now": self.now.isoformat().replace("+00:00", "Z")})
        for (_, _), wallet in self.wallets.items():
            wallet.advance(self.now)
        self.wait(lambda: self.is_after(self.server.get("/v1/schedule")["next_due_at"]))

    def is_after(self, due):
        return due is None or datetime.fromisoformat(due.replace("Z", "+00:00")) > self.now

    def wait(self, is_so):
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > 300:
                raise SystemExit("the server did not do in five minutes what was due")
            time.sleep(0.01)

    def buy(self, day):
        today = [(number, customer, cents, day) for number, customer, cents in self.days.get(day, [])]
        # One in fifty is told up to forty days late.
        late = [one for one in today if self.random.randrange(50) == 0]
        for one in late:
            self.late[day + timedelta(days=self.random.randrange(1, 40))].append(one)
        rows = [one for one in today if one not in late] + self.late.pop(day, [])
        for start in range(0, len(rows), 400):
            self.record(rows[start : start + 400])
        if rows:
            self.wait(self.is_settled)

    def record(self, rows):
        bodies = []
        for number, customer, cents, day in rows:
            bought = datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(milliseconds=number % 1_000_000)
            self.bought[number] = [customer, cents, cents, bought]
            bodies.append(
                {
                    "customer": {"id": self.customers[customer]},
                    "source": "cdnow",
                    "external_id": str(number),
                    "occurred_at": bought.isoformat().replace("+00:00", "Z"),
                    "amount": {"minor": cents, "currency": "USD"},
                }
            )
            for program in self.programs:
                wallet = self.wallet(program, customer)
                if cents // 100:
                    wallet.earn(cents // 100, number, bought, "issuance")
                    wallet.advance(self.now)
        answer = self.server.post("/v1/purchases/bulk", {"rows": bodies})
        for row, (number, *_) in zip(answer["results"], rows):
            self.bought[number].append(row["id"])
        self.done["purchase"] += len(rows)

    def is_settled(self):
        installations = self.server.get("/v1/installations")["items"]
        return all(
            self.server.get(f"/v1/installations/{one['id']}/progress")["behind"] == 0 for one in installations
        )

    def explain(self, program, customer):
        """What both sides have of a wallet that differs."""
        for lot in sorted(self.wallet(program, customer).lots, key=lambda lot: lot.order()):
            print("model:", lot)
        for account in ("available", "pending", "reserved", "expired", "owed"):
            path = f"/v1/customers/{self.customers[customer]}/loyalty/{program}/entries?limit=100&account={account}"
            for entry in reversed(self.server.get(path)["items"]):
                fields = ("movement", "points", "occurred_at", "recorded_at", "expires_at", "lot")
                print(f"server, {account}:", *(entry.get(field) for field in fields))

    def wallets_of(self, program):
        reader = Server(self.url, self.server.key)
        return list(reader.pages(f"/v1/programs/{program}/wallets"))

    def compare(self, day):
        owners = {server_id: number for number, server_id in self.customers.items()}
        # The server lists on as many cores as it has.
        listed = dict(zip(self.programs, self.lists.map(self.wallets_of, self.programs)))
        for program in self.programs:
            seen, issued = set(), 0
            for row in listed[program]:
                customer = owners[row["customer"]]
                seen.add(customer)
                expected = self.wallet(program, customer).balances()
                found = {name: row[name] for name in expected}
                if found != expected:
                    self.explain(program, customer)
                    raise SystemExit(f"{day}, {program}, customer {customer}: {found} instead of {expected}")
                self.compared += 1
            partner = 0
            for (of, customer), wallet in self.wallets.items():
                if of == program:
                    issued, partner = issued + wallet.issued, partner + wallet.partner
                    if customer not in seen and any(wallet.balances().values()):
                        raise SystemExit(f"{day}, {program}: the server has no wallet of customer {customer}")
            if day.day != 1 and day != LAST:
                continue
            trial = self.server.get(f"/v1/programs/{program}/trial-balance")
            right = trial["sum"] == trial["balances"] == 0 and trial["differences"] == []
            open_now = partner - self.settled[program]
            # What is settled lies in issuance and settled instead; together they are what the model has.
            moved = trial["issuance"] + trial["settled"] + trial["partner"]
            if not right or trial["partner"] != open_now or moved != partner - issued:
                raise SystemExit(f"{day}, {program}: issued {issued}, partner {partner}, but the books say {trial}")
            self.settle(program)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("url", "key", "operator_key"):
        parser.add_argument(name)
    parser.add_argument("--data", required=True)
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=(LAST - FIRST).days + 1)
    arguments = parser.parse_args()
    year = Year(arguments)
    year.set_up()
    began = time.monotonic()
    year.pass_days(arguments.days)
    if year.server.get("/v1/dead-letters")["items"]:
        raise SystemExit("some calls of the plugin failed")
    print(f"{arguments.days} days in {time.monotonic() - began:.0f} s: {year.compared} wallets compared, none differed")
    print(f"done: {dict(year.done)}")
    print(f"refused by both: {dict(year.refused)}")


if __name__ == "__main__":
    sys.exit(main())
