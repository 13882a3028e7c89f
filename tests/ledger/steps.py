"""What else happens in shops beside the purchases, done on the server and in the model."""

from datetime import datetime, timedelta

from model import Redemption, Refused


class Steps:
    """The steps of a year. Each is drawn with the seed, and refused by both sides or by neither."""

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
