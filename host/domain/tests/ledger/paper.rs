//! Cases that are worked out on paper. `host/loyalty.md` tells the first one in words.

use stammgast_domain::{
    CustomerId, PurchaseId, RedemptionId, ReturnId, Timestamp,
    ledger::{
        Account, Books, CancelReturn, Cause, Command, Earn, Follow, LotKey, RedemptionStatus, Refused, Reversal,
        Rounding, SaleTerms, Shortfall, Sink, Spend, TakeReturn, WalletId,
    },
    program::{Expiry, LastDay, Policy, Zone},
};

struct Desk {
    books: Books,
    policy: Policy,
}

fn at(time: &str) -> Timestamp {
    format!("{time}T12:00:00Z").parse().unwrap()
}

fn id() -> WalletId {
    WalletId { program: "points".into(), customer: CustomerId::derived(&["anna"]) }
}

fn cause() -> Cause {
    Cause { reason: "test".into(), text: "A test.".into(), rule_version: "test@1".into(), event: None }
}

fn purchase(name: &str) -> PurchaseId {
    PurchaseId::derived(&[name])
}

fn terms(name: &str, amount: i64) -> SaleTerms {
    SaleTerms { purchase: purchase(name), amount, lines: vec![], line: None }
}

impl Desk {
    fn new(shortfall: Shortfall) -> Self {
        let expiry = Expiry::Rolling { months: 12, until: LastDay::Day };
        let reversal = Reversal { shortfall, rounding: Rounding::Down };
        Self { books: Books::default(), policy: Policy { expiry, reversal, ..Policy::default() } }
    }

    fn buys(&mut self, name: &str, amount: i64, earned_at: &str, now: &str) {
        let times = self.policy.terms(at(earned_at), &Zone::utc());
        let earn = Earn {
            wallet: id(),
            points: amount / 100,
            earned_at: at(earned_at),
            active_from: times.active_from,
            expires_at: times.expires_at,
            lapses_at: times.lapses_at,
            notice: times.notice,
            source: Account::Issuance { program: "points".into() },
            sale: Some(terms(name, amount)),
            reversal: self.policy.reversal,
            quota: None,
            cause: cause(),
            key: format!("earn/{name}"),
        };
        self.books.decide(&Command::Earn(Box::new(earn)), at(now)).unwrap();
    }

    fn spends(&mut self, name: &str, points: i64, now: &str, until: Option<&str>) -> Result<(), Refused> {
        let spend = Spend {
            wallet: id(),
            redemption: RedemptionId::derived(&[name]),
            points,
            sink: Sink::Program,
            hold_millis: until.map(|until| at(until).millis() - at(now).millis()),
            lapses_at: self.policy.lapses_at(at(now), &Zone::utc()),
            reference: None,
            claim: None,
            quota: None,
            cause: cause(),
        };
        self.books.decide(&Command::Spend(Box::new(spend)), at(now)).map(drop)
    }

    fn follows(
        &mut self,
        what: impl Fn(Follow) -> Command,
        name: &str,
        points: Option<i64>,
        now: &str,
    ) -> Result<(), Refused> {
        let redemption = RedemptionId::derived(&[name]);
        self.books.decide(&what(Follow { wallet: id(), redemption, points, cause: cause() }), at(now)).map(drop)
    }

    fn returns(&mut self, name: &str, of: (&str, i64), amount: i64, now: &str) -> Result<(), Refused> {
        let order = TakeReturn {
            sale: terms(of.0, of.1),
            customer: id().customer,
            return_id: ReturnId::derived(&[name]),
            amount,
            lines: vec![],
            reversals: [("points".to_owned(), self.policy.reversal)].into(),
            cause: cause(),
        };
        self.books.decide(&Command::Return(Box::new(order)), at(now)).map(drop)
    }

    fn cancels(&mut self, name: &str, of: &str, now: &str) -> Result<(), Refused> {
        let order = CancelReturn { purchase: purchase(of), return_id: ReturnId::derived(&[name]), cause: cause() };
        self.books.decide(&Command::CancelReturn(Box::new(order)), at(now)).map(drop)
    }

    fn waits(&mut self, until: &str) {
        self.books.decide(&Command::Advance(id()), at(until)).unwrap();
    }

    /// Pending, available, reserved, redeemed, expired, owed.
    fn points(&self) -> [i64; 6] {
        let amounts = self.books.wallets[&id()].amounts;
        let sum: i64 = amounts.sum().try_into().unwrap();
        let issued: i64 = self
            .books
            .posted
            .iter()
            .flat_map(|transaction| &transaction.entries)
            .filter(|entry| entry.account.customer().is_none())
            .map(|entry| entry.points.0)
            .sum();
        assert_eq!(sum, -issued);
        let stammgast_domain::ledger::Amounts { pending, available, reserved, redeemed, expired, owed } = amounts;
        [pending, available, reserved, redeemed, expired, owed]
    }

    /// Expiry and available points of every lot that can be spent.
    fn lots(&self) -> Vec<(String, i64)> {
        let date = |key: LotKey| key.expires_at.to_string()[..10].to_owned();
        self.books.wallets[&id()].lots.spendable().map(|(key, points)| (date(key), points)).collect()
    }
}

fn lot(expires: &str, points: i64) -> (String, i64) {
    (expires.to_owned(), points)
}

#[test]
fn a_return_its_cancellation_and_a_second_return() {
    let mut desk = Desk::new(Shortfall::Debt);
    // Two purchases: 100 points until the 11th of January, 60 until the 1st of March of the next year.
    desk.buys("tent", 10_000, "2025-01-10", "2025-01-10");
    desk.buys("stove", 6_000, "2025-02-28", "2025-02-28");
    assert_eq!(desk.lots(), [lot("2026-01-11", 100), lot("2026-03-01", 60)]);
    // 120 are spent: all of the tent's, and 20 of the stove's.
    desk.spends("voucher", 120, "2025-03-05", None).unwrap();
    assert_eq!(desk.lots(), [lot("2026-03-01", 40)]);
    // The tent comes back. Its 100 points are spent: 40 of the stove's are taken, 60 are owed.
    desk.returns("first", ("tent", 10_000), 10_000, "2025-03-10").unwrap();
    assert_eq!(desk.points(), [0, 0, 0, 120, 0, -60]);
    // Another purchase earns 80, of which 60 pay for the debt.
    desk.buys("lamp", 8_000, "2025-04-01", "2025-04-01");
    assert_eq!(desk.points(), [0, 20, 0, 120, 0, 0]);
    assert_eq!(desk.lots(), [lot("2026-04-02", 20)]);
    // The return was a mistake: 40 go back to the stove's lot and 60 to the lamp's, with their own expiries.
    desk.cancels("first", "tent", "2025-04-02").unwrap();
    assert_eq!(desk.points(), [0, 120, 0, 120, 0, 0]);
    assert_eq!(desk.lots(), [lot("2026-03-01", 40), lot("2026-04-02", 80)]);
    // A third of the tent's price is paid back: 66 of its 100 points stay, so 34 are taken, soonest-expiring first.
    desk.returns("second", ("tent", 10_000), 3_333, "2025-04-03").unwrap();
    assert_eq!(desk.points(), [0, 86, 0, 120, 0, 0]);
    assert_eq!(desk.lots(), [lot("2026-03-01", 6), lot("2026-04-02", 80)]);
    // The rest of it: exactly the other 66.
    desk.returns("third", ("tent", 10_000), 6_667, "2025-04-04").unwrap();
    assert_eq!(desk.points(), [0, 20, 0, 120, 0, 0]);
    assert_eq!(desk.lots(), [lot("2026-04-02", 20)]);
    assert!(matches!(
        desk.returns("fourth", ("tent", 10_000), 1, "2025-04-05"),
        Err(Refused::ReturnTooLarge { left: 0, .. })
    ));
    desk.waits("2026-04-02");
    assert_eq!(desk.points(), [0, 0, 0, 120, 20, 0]);
}

#[test]
fn a_return_of_the_rest_is_no_more_than_it_was() {
    let mut desk = Desk::new(Shortfall::Debt);
    desk.buys("tent", 4_500, "2025-01-10", "2025-01-10");
    desk.returns("half", ("tent", 4_500), 2_250, "2025-01-11").unwrap();
    desk.returns("rest", ("tent", 4_500), 2_250, "2025-01-12").unwrap();
    assert_eq!(desk.points(), [0; 6]);
    // Half of it stays after all; then a quarter comes back, and a quarter is left.
    desk.cancels("half", "tent", "2025-01-13").unwrap();
    assert_eq!(desk.points()[1], 23);
    desk.returns("quarter", ("tent", 4_500), 1_125, "2025-01-14").unwrap();
    assert_eq!(desk.points()[1], 11);
}

#[test]
fn a_program_decides_what_becomes_of_points_that_are_spent() {
    let spent = |shortfall| {
        let mut desk = Desk::new(shortfall);
        desk.buys("tent", 10_000, "2025-01-10", "2025-01-10");
        desk.spends("voucher", 70, "2025-02-01", None).unwrap();
        let returned = desk.returns("first", ("tent", 10_000), 10_000, "2025-02-02");
        (desk, returned)
    };
    assert_eq!(spent(Shortfall::Negative).0.points(), [0, -70, 0, 70, 0, 0]);
    assert_eq!(spent(Shortfall::Debt).0.points(), [0, 0, 0, 70, 0, -70]);
    let (desk, returned) = spent(Shortfall::Refuse);
    assert_eq!(returned, Err(Refused::SpentAlready { program: "points".into(), points: 100, missing: 70 }));
    assert_eq!(desk.points(), [0, 30, 0, 70, 0, 0]);
}

#[test]
fn a_reservation_is_captured_in_part_or_runs_out() {
    let mut desk = Desk::new(Shortfall::Debt);
    desk.buys("tent", 10_000, "2025-01-10", "2025-01-10");
    desk.buys("stove", 6_000, "2025-02-28", "2025-02-28");
    desk.spends("a", 130, "2025-03-01", Some("2025-03-08")).unwrap();
    assert_eq!(desk.spends("b", 31, "2025-03-02", None), Err(Refused::NotEnough { available: 30, asked: 31 }));
    desk.follows(Command::Capture, "a", Some(110), "2025-03-03").unwrap();
    assert_eq!(desk.points(), [0, 50, 0, 110, 0, 0]);
    assert_eq!(desk.lots(), [lot("2026-03-01", 50)]);
    let again = desk.follows(Command::Capture, "a", None, "2025-03-03");
    assert_eq!(again, Err(Refused::WrongStatus { verb: "captured", status: RedemptionStatus::Captured }));
    // One that nobody captures is released by itself; whoever comes later is told.
    desk.spends("c", 50, "2025-03-04", Some("2025-03-05")).unwrap();
    let late = desk.follows(Command::Capture, "c", None, "2025-03-06");
    assert_eq!(late, Err(Refused::WrongStatus { verb: "captured", status: RedemptionStatus::TimedOut }));
    assert_eq!(desk.points(), [0, 50, 0, 110, 0, 0]);
    // What comes back goes to the lots that expire last, with the expiry they had.
    desk.follows(Command::GiveBack, "a", Some(30), "2025-03-07").unwrap();
    assert_eq!(desk.lots(), [lot("2026-01-11", 20), lot("2026-03-01", 60)]);
    let more = desk.follows(Command::GiveBack, "a", Some(81), "2025-03-07");
    assert_eq!(more, Err(Refused::MoreThanThere { asked: 81, has: 80 }));
}

#[test]
fn points_that_come_back_after_their_time_expire_at_once() {
    let mut desk = Desk::new(Shortfall::Debt);
    desk.buys("tent", 10_000, "2025-01-10", "2025-01-10");
    desk.spends("a", 60, "2025-06-01", None).unwrap();
    desk.spends("b", 40, "2026-01-10", Some("2026-01-12")).unwrap();
    desk.follows(Command::GiveBack, "a", None, "2026-01-11").unwrap();
    assert_eq!(desk.points(), [0, 0, 40, 0, 60, 0]);
    desk.waits("2026-01-13");
    assert_eq!(desk.points(), [0, 0, 0, 0, 100, 0]);
    // The second expired when its reservation ran out, not before it came back.
    let dates: Vec<String> = desk.books.posted.iter().rev().take(2).map(|one| one.occurred_at.to_string()).collect();
    assert_eq!(dates, ["2026-01-12T12:00:00.000Z", "2026-01-12T12:00:00.000Z"]);
}

#[test]
fn what_arrives_late_is_dated_as_it_happened() {
    let mut desk = Desk::new(Shortfall::Debt);
    desk.policy.pending_days = 14;
    // Long past: earned, active, expired, all on its days, although it is posted today.
    desk.buys("tent", 10_000, "2023-01-10", "2025-01-10");
    assert_eq!(desk.points(), [0, 0, 0, 0, 100, 0]);
    let dates: Vec<String> = desk.books.posted.iter().map(|one| one.occurred_at.to_string()[..10].to_owned()).collect();
    assert_eq!(dates, ["2023-01-10", "2023-01-24", "2024-01-11"]);
    assert!(desk.books.posted.iter().all(|one| one.recorded_at == at("2025-01-10")));
    // A return that was recorded before its purchase earned: nothing stays.
    desk.returns("first", ("stove", 6_000), 6_000, "2025-01-11").unwrap();
    desk.buys("stove", 6_000, "2025-01-10", "2025-01-12");
    assert_eq!(desk.points(), [0, 0, 0, 0, 100, 0]);
    desk.cancels("first", "stove", "2025-01-13").unwrap();
    assert_eq!(desk.points(), [60, 0, 0, 0, 100, 0]);
    // A clock that goes back changes nothing: the wallet's own does not.
    desk.waits("2025-01-24");
    desk.waits("2025-01-01");
    assert_eq!(desk.points(), [0, 60, 0, 0, 100, 0]);
}

fn inactive(months: u16) -> Desk {
    let mut desk = Desk::new(Shortfall::Debt);
    desk.policy.expiry = Expiry::Inactivity { months };
    desk
}

#[test]
fn a_policy_that_changes_lets_nothing_lapse_that_is_earned_from_then_on() {
    let mut desk = inactive(12);
    desk.buys("tent", 10_000, "2026-01-01", "2026-01-01");
    desk.policy.expiry = Expiry::Never;
    desk.buys("stove", 50_000, "2026-12-01", "2026-12-01");
    desk.waits("2028-01-01");
    assert_eq!(desk.points(), [0, 600, 0, 0, 0, 0]);
}

#[test]
fn what_comes_back_after_all_has_lapsed_lapses_as_well() {
    let mut desk = inactive(12);
    desk.buys("tent", 10_000, "2025-01-01", "2025-01-01");
    desk.spends("lamp", 50, "2025-01-02", None).unwrap();
    desk.waits("2026-01-03");
    assert_eq!(desk.points(), [0, 0, 0, 50, 50, 0]);
    desk.follows(Command::GiveBack, "lamp", None, "2026-02-01").unwrap();
    assert_eq!(desk.points(), [0, 0, 0, 0, 100, 0]);
    // Whoever is active again begins anew.
    desk.buys("stove", 6_000, "2026-03-01", "2026-03-01");
    desk.waits("2027-03-01");
    assert_eq!(desk.points(), [0, 60, 0, 0, 100, 0]);
}

#[test]
fn a_hold_is_as_long_as_it_was_asked_for_whatever_the_clock_does() {
    let mut desk = Desk::new(Shortfall::Debt);
    desk.buys("tent", 10_000, "2025-01-10", "2025-01-12");
    // The machine's clock was ahead, and is right again: a day is asked for.
    desk.spends("lamp", 30, "2025-01-10", Some("2025-01-11")).unwrap();
    desk.waits("2025-01-12");
    assert_eq!(desk.points(), [0, 70, 30, 0, 0, 0]);
    desk.waits("2025-01-13");
    assert_eq!(desk.points(), [0, 100, 0, 0, 0, 0]);
}
