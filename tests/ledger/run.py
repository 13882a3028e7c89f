"""Lets the CDNOW year and a half pass on a real server, day by day, beside a model, and compares every account of every
customer on every day.

    python3 run.py URL KEY OPERATOR_KEY --data CDNOW_master.txt [--share 25] [--seed 1]

The server has to run on a test clock, with the plugin `stammgast.loyalty-points` installed. `--share 25` takes every 25th
customer. Beside the purchases it plays what else happens in shops, drawn with the seed: redemptions at once and later,
reservations that are captured in part, released or forgotten, returns in whole and in part, returns undone, purchases that
are told late, and points that people give and take.
"""

import argparse
import http.client
import json
import random
import sys
import time
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlparse
from zoneinfo import ZoneInfo

from model import Program, Redemption, Refused, Wallet

UTC = timezone.utc
ZONE = "America/New_York"
FIRST, LAST = date(1997, 1, 1), date(1998, 6, 30)


class Server:
    """The server, as a client of its API sees it."""

    def __init__(self, url, key):
        self.key, self.host = key, urlparse(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=120)

    def call(self, method, path, body=None, expect=(200, 201)):
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            if method != "GET":
                raise
            self.connection.close()
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
        body = json.loads(answer.read() or b"null")
        if answer.status not in expect:
            raise SystemExit(f"{method} {path}: {answer.status} {body}")
        return answer.status, body

    def get(self, path):
        return self.call("GET", path)[1]

    def post(self, path, body):
        return self.call("POST", path, body)[1]

    def pages(self, path):
        cursor = ""
        while True:
            page = self.get(f"{path}?limit=500{cursor}")
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = f"&cursor={page['next_cursor']}"


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


class Year:
    """The server and the model beside each other."""

    def __init__(self, arguments):
        self.url = arguments.url
        self.server = Server(arguments.url, arguments.key)
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
                "grants": ["loyalty.earn"],
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

    # What else happens.

    def something(self):
        steps = [self.redeem] * 5 + [self.follow] * 4 + [self.bring_back] * 4
        steps += [self.undo, self.give, self.withdraw, self.partner_gives]
        self.random.choice(steps)()

    def agree(self, what, path, body, wanted, server=None):
        """Does something on both sides; `wanted` does it in the model, or raises."""
        try:
            wanted()
            expected = None
        except Refused as refused:
            expected = str(refused)
        status, answer = (server or self.server).call("POST", path, body, (200, 201, 409, 422))
        found = answer["code"] if status > 299 else None
        if found != expected:
            raise SystemExit(f"{what} {path} {body}: the model says {expected}, the server {status} {answer}")
        (self.refused if expected else self.done)[what] += 1
        return answer

    def name(self):
        self.names += 1
        return f"n{self.names}"

    def somebody(self):
        number = self.random.choice(list(self.bought)) if self.bought else None
        return None if number is None else self.bought[number][0]

    def redeem(self):
        customer = self.somebody()
        if customer is None:
            return
        program = self.random.choice(list(self.programs))
        wallet = self.wallet(program, customer)
        there = wallet.spendable()
        points = self.random.choice([there + 1, max(1, there), self.random.randint(1, max(1, there)), max(1, there // 3)])
        hold = self.random.choice([None, 30, 8 * 60, 36 * 60, 36 * 60, 5 * 24 * 60 - 7 * 60, 19 * 24 * 60 - 7 * 60])
        name = self.name()
        sink = self.random.choice(["program", "program", "partner"])
        owner = self.customers[customer]
        body = {"customer": {"id": owner} if sink == "partner" else owner, "program": program, "points": points}
        body.update({"capture": "now"} if hold is None else {"hold_minutes": hold})
        until = self.now + timedelta(minutes=hold) if hold else None
        path, server = ("/v1/partner/redemptions", self.bakery) if sink == "partner" else ("/v1/redemptions", self.server)
        answer = self.agree("redeem", path, body, lambda: wallet.spend(name, points, sink, until), server)
        if "id" in answer:
            self.redemptions.append((wallet, name, f"{path}/{answer['id']}", server))
            if hold:
                wallet.redemptions[name].until = datetime.fromisoformat(answer["until"].replace("Z", "+00:00"))

    def follow(self):
        if not self.redemptions:
            return
        wallet, name, path, server = self.random.choice(self.redemptions[-25:])
        redemption: Redemption = wallet.redemptions[name]
        fits = "reverse" if redemption.spent else self.random.choice(["capture", "capture", "release"])
        step = fits if self.random.random() < 0.8 else self.random.choice(["capture", "release", "reverse"])
        has = sum(points for _, points in (redemption.spent if step == "reverse" else redemption.held))
        points = self.random.choice([has, max(1, has // 2), has + 1]) or 1
        body = {} if step == "release" else {"points": points}
        model = {
            "capture": lambda: wallet.capture(name, points),
            "release": lambda: wallet.release(name),
            "reverse": lambda: wallet.reverse(name, points),
        }[step]

        def wanted():
            model()
            wallet.advance(self.now)

        self.agree(step, f"{path}/{step}", body, wanted, server)

    def partner_gives(self):
        customer = self.somebody()
        if customer is None:
            return
        program = self.random.choice(list(self.programs))
        wallet, points, name = self.wallet(program, customer), self.random.randint(1, 60), self.name()
        body = {"customer": {"id": self.customers[customer]}, "program": program, "points": points, "reference": name}
        wanted = lambda: wallet.earn(points, None, self.now, "partner")
        self.agree("partner gives", "/v1/partner/issues", body, wanted, self.bakery)

    def settle(self, program):
        """Settles with the partner; the statement has to be what the model says moved."""
        moved = sum(wallet.partner for (of, _), wallet in self.wallets.items() if of == program)
        open_now = moved - self.settled[program]
        path = f"/v1/partners/bakery/{program}/statements"
        status, answer = self.server.call("POST", path, {}, (201, 409))
        if (answer["balance"] if status == 201 else 0) != open_now:
            raise SystemExit(f"{program}: the statement says {answer}, but {open_now} is open")
        self.settled[program] = moved
        self.done["settle"] += status == 201

    def bring_back(self):
        recent = list(self.bought)[-2_000:]
        if not recent:
            return
        number = self.random.choice(recent)
        customer, cents, left, _, purchase = self.bought[number]
        amount = self.random.choice([left, self.random.randint(0, left), left // 2])
        if left == 0 or amount == 0:
            return
        name = self.name()
        wallets = [self.wallet(program, customer) for program in self.programs]

        def wanted():
            for wallet in wallets:
                if wallet.program.shortfall == "refuse":
                    needed, there = wallet.short_of(number, left - amount, cents)
                    if needed > there:
                        raise Refused("points-spent")
            for wallet in wallets:
                wallet.give_back_earned(name, number, left - amount, cents)
            self.bought[number][2] -= amount

        body = {"external_id": name, "amount": {"minor": amount, "currency": "USD"}}
        answer = self.agree("return", f"/v1/purchases/{purchase}/returns", body, wanted)
        if "id" in answer:
            self.returns.append((name, number, amount, answer["id"]))

    def undo(self):
        if not self.returns:
            return
        place = self.random.randrange(max(0, len(self.returns) - 40), len(self.returns))
        name, number, amount, server_id = self.returns.pop(place)

        def wanted():
            for program in self.programs:
                wallet = self.wallet(program, self.bought[number][0])
                wallet.put_back(name, number)
                wallet.advance(self.now)
            self.bought[number][2] += amount

        self.agree("undo", f"/v1/returns/{server_id}/cancel", {}, wanted)

    def adjust(self, what, points, wanted):
        customer = self.somebody()
        if customer is None:
            return
        program = self.random.choice(list(self.programs))
        wallet = self.wallet(program, customer)
        path = f"/v1/customers/{self.customers[customer]}/loyalty/{program}/adjustments"
        body = {"points": points, "reason": "goodwill", "text": "Somebody decided so."}
        self.agree(what, path, body, lambda: wanted(wallet))

    def give(self):
        points = self.random.randint(1, 50)

        def wanted(wallet):
            _, expires = wallet.program.times(self.now)
            wallet.earn(points, None, self.now, "issuance", (self.now, expires))

        self.adjust("give", points, wanted)

    def withdraw(self):
        points = self.random.randint(1, 30)
        self.adjust("withdraw", -points, lambda wallet: wallet.withdraw(points))

    # Both sides, account by account.

    def explain(self, program, customer):
        """What both sides have of a wallet that differs."""
        for lot in sorted(self.wallet(program, customer).lots, key=lambda lot: lot.order()):
            print("model:", lot)
        for account in ("available", "pending", "reserved", "expired", "owed"):
            path = f"/v1/customers/{self.customers[customer]}/loyalty/{program}/entries?limit=100&account={account}"
            for entry in reversed(self.server.get(path)["items"]):
                fields = ("movement", "points", "occurred_at", "recorded_at", "expires_at", "lot")
                print(f"server, {account}:", *(entry.get(field) for field in fields))

    def compare(self, day):
        owners = {server_id: number for number, server_id in self.customers.items()}
        for program in self.programs:
            seen, issued = set(), 0
            for row in self.server.pages(f"/v1/programs/{program}/wallets"):
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
