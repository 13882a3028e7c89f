//! Customers, purchases and redemptions, and what may be asked of the ledger next.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use stammgast_domain::{
    CustomerId, PurchaseId, RedemptionId, ReturnId, Timestamp,
    ledger::{
        Account, Books, CancelReturn, Cause, Command, Dealing, Earn, Follow, PartnerId, PartnerQuota, ReturnedLine,
        Reversal, Rounding, SaleLine, SaleTerms, Settle, Shortfall, Sink, Spend, TakeReturn, Wallet, WalletId,
        Withdraw,
    },
    program::{Expiry, LastDay, Policy, Zone},
};
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000;
const CUSTOMERS: usize = 6;

/// One purchase, as the shop knows it.
#[derive(Clone)]
struct Bought {
    terms: SaleTerms,
    customer: CustomerId,
    at: Timestamp,
    returns: Vec<ReturnId>,
}

pub struct World {
    pub books: Books,
    pub now: Timestamp,
    random: StdRng,
    zone: Zone,
    policies: BTreeMap<String, Policy>,
    bought: Vec<Bought>,
    redemptions: Vec<(WalletId, RedemptionId)>,
    count: u64,
}

pub fn policy(program: &str) -> Policy {
    let rolling = Expiry::Rolling { months: 2, until: LastDay::Day };
    let (expiry, pending_days, shortfall, rounding) = match program {
        "debt" => (rolling, 5, Shortfall::Debt, Rounding::HalfUp),
        "negative" => (Expiry::Inactivity { months: 1 }, 0, Shortfall::Negative, Rounding::Up),
        _ => (rolling, 0, Shortfall::Refuse, Rounding::Down),
    };
    Policy { expiry, pending_days, reversal: Reversal { shortfall, rounding }, ..Policy::default() }
}

impl World {
    pub fn new(seed: u64) -> Self {
        let programs = ["refuse", "debt", "negative"];
        Self {
            books: Books::default(),
            now: "2026-01-01T08:00:00Z".parse().unwrap(),
            random: StdRng::seed_from_u64(seed),
            zone: "Europe/Berlin".parse().unwrap(),
            policies: programs.map(|program| (program.to_owned(), policy(program))).into(),
            bought: Vec::new(),
            redemptions: Vec::new(),
            count: 0,
        }
    }

    /// The next thing that is asked for; time passes, or the clock is set back.
    pub fn command(&mut self) -> Command {
        self.count += 1;
        let step = match self.random.random_range(0..60) {
            0 => self.random.random_range(-DAY..DAY * 20),
            1..=8 => self.random.random_range(0..DAY),
            _ => self.random.random_range(0..600_000),
        };
        self.now = self.now.plus_millis(step);
        match self.random.random_range(0..100) {
            0..30 => self.earn(),
            30..56 => self.spend(),
            56..64 => self.follow(Command::Capture),
            64..68 => self.follow(Command::Release),
            68..74 => self.follow(Command::GiveBack),
            74..86 => self.take_return(),
            86..92 => self.cancel_return(),
            92..94 => self.withdraw(),
            94..96 => self.settle(),
            _ => Command::Advance(self.wallet()),
        }
    }

    /// Remembers what was done.
    pub fn note(&mut self, command: &Command) {
        match command {
            Command::Spend(spend) => self.redemptions.push((spend.wallet.clone(), spend.redemption)),
            Command::Return(order) => self.bought_of(order.sale.purchase).returns.push(order.return_id),
            Command::CancelReturn(order) => {
                self.bought_of(order.purchase).returns.retain(|known| *known != order.return_id);
            }
            _ => {}
        }
    }

    fn bought_of(&mut self, id: PurchaseId) -> &mut Bought {
        self.bought.iter_mut().find(|bought| bought.terms.purchase == id).unwrap()
    }

    fn customer(&mut self) -> CustomerId {
        CustomerId::derived(&[&self.random.random_range(0..CUSTOMERS).to_string()])
    }

    fn wallet(&mut self) -> WalletId {
        let programs: Vec<&String> = self.policies.keys().collect();
        let program = programs[self.random.random_range(0..programs.len())].clone();
        WalletId { program, customer: self.customer() }
    }

    fn cause(&self) -> Cause {
        Cause { reason: "test".into(), text: "A test.".into(), rule_version: "test@1".into(), event: Some(self.count) }
    }

    fn bad_or(&mut self, points: i64) -> i64 {
        match self.random.random_range(0..60) {
            0 => 0,
            1 => -points,
            2 => i64::MAX,
            _ => points,
        }
    }

    fn earn(&mut self) -> Command {
        // A quarter is for a purchase that is known already: a second rule, or one that was late.
        let bought = if self.bought.is_empty() || self.random.random_range(0..4) > 0 {
            self.buy();
            self.bought.last().cloned().unwrap()
        } else {
            self.bought[self.random.random_range(0..self.bought.len())].clone()
        };
        let wallet = WalletId { customer: bought.customer, ..self.wallet() };
        let mut terms = bought.terms;
        if !terms.lines.is_empty() && self.random.random_range(0..3) == 0 {
            terms.line = Some(self.random.random_range(0..terms.lines.len()).try_into().unwrap());
        }
        let policy = self.policies[&wallet.program].clone();
        // Nothing is earned before it happens, whatever the clock was set back to.
        let earned_at = bought.at.min(self.now);
        let times = policy.terms(earned_at, &self.zone);
        let by_partner = self.random.random_range(0..8) == 0;
        let program = wallet.program.clone();
        let points = self.random.random_range(1..500);
        Command::Earn(Box::new(Earn {
            points: self.bad_or(points),
            earned_at,
            active_from: times.active_from,
            expires_at: times.expires_at,
            lapses_at: times.lapses_at,
            notice: times.notice,
            source: if by_partner {
                Account::Partner { program, partner: "bakery".into() }
            } else {
                Account::Issuance { program }
            },
            sale: (self.random.random_range(0..6) > 0).then_some(terms),
            reversal: policy.reversal,
            quota: by_partner.then(|| self.quota(&wallet.program, Dealing::Issue)),
            cause: self.cause(),
            key: format!("earn/{}", self.count),
            wallet,
        }))
    }

    fn buy(&mut self) {
        let lines: Vec<SaleLine> = (0..self.random.random_range(0..4))
            .map(|_| SaleLine {
                quantity: self.random.random_range(1..4),
                amount: self.random.random_range(0..5_i64) * 250,
            })
            .collect();
        let amount = if lines.is_empty() {
            self.random.random_range(0..20_i64) * 99
        } else {
            lines.iter().map(|line| line.amount).sum()
        };
        let late = if self.random.random_range(0..10) == 0 { self.random.random_range(0..DAY * 90) } else { 0 };
        let terms = SaleTerms { purchase: PurchaseId::derived(&[&self.count.to_string()]), amount, lines, line: None };
        let customer = self.customer();
        self.bought.push(Bought { terms, customer, at: self.now.plus_millis(-late), returns: Vec::new() });
    }

    fn spend(&mut self) -> Command {
        let wallet = self.wallet();
        let there = self.books.wallets.get(&wallet).map_or(0, Wallet::spendable);
        let points = match self.random.random_range(0..6) {
            0 => there + 1,
            1 => there,
            _ => self.random.random_range(1..there.max(2)),
        };
        let policy = &self.policies[&wallet.program];
        let hold = self.random.random_range(-DAY / 20..DAY * 3);
        let lapses_at = policy.lapses_at(self.now, &self.zone);
        let by_partner = self.random.random_range(0..5) == 0;
        Command::Spend(Box::new(Spend {
            lapses_at,
            points: self.bad_or(points),
            redemption: RedemptionId::derived(&[&self.count.to_string()]),
            sink: if by_partner { Sink::Partner("bakery".into()) } else { Sink::Program },
            quota: by_partner.then(|| self.quota(&wallet.program, Dealing::Accept)),
            hold_millis: (self.random.random_range(0..3) > 0).then_some(hold),
            reference: None,
            claim: None,
            cause: self.cause(),
            wallet,
        }))
    }

    fn follow(&mut self, what: impl Fn(Follow) -> Command) -> Command {
        let recent = self.redemptions.len().min(12);
        if recent == 0 {
            return Command::Advance(self.wallet());
        }
        let place = self.redemptions.len() - 1 - self.random.random_range(0..recent);
        let (wallet, redemption) = self.redemptions[place].clone();
        let points = (self.random.random_range(0..2) == 0).then(|| self.random.random_range(0..200));
        what(Follow { wallet, redemption, points, cause: self.cause() })
    }

    fn some_bought(&mut self) -> Option<Bought> {
        let recent = self.bought.len().min(15);
        if recent == 0 {
            return None;
        }
        Some(self.bought[self.bought.len() - 1 - self.random.random_range(0..recent)].clone())
    }

    fn take_return(&mut self) -> Command {
        let Some(bought) = self.some_bought() else { return Command::Advance(self.wallet()) };
        let sale = self.books.sales.get(&bought.terms.purchase);
        let left = sale.map_or(bought.terms.amount, stammgast_domain::ledger::Sale::left);
        let whole = self.random.random_range(0..3) == 0;
        let lines: Vec<ReturnedLine> = if whole || bought.terms.lines.is_empty() {
            Vec::new()
        } else {
            let line = self.random.random_range(0..bought.terms.lines.len());
            let of = bought.terms.lines[line];
            let quantity = self.random.random_range(0..=of.quantity);
            let amount = of.amount * i64::from(quantity) / i64::from(of.quantity);
            vec![ReturnedLine { line: line.try_into().unwrap(), quantity, amount }]
        };
        let amount = if !lines.is_empty() {
            lines.iter().map(|line| line.amount).sum()
        } else if whole {
            left
        } else {
            self.random.random_range(0..=left.max(1))
        };
        Command::Return(Box::new(TakeReturn {
            sale: bought.terms,
            customer: bought.customer,
            return_id: ReturnId::derived(&[&self.count.to_string()]),
            amount: self.bad_or(amount),
            lines,
            reversals: self.policies.iter().map(|(program, policy)| (program.clone(), policy.reversal)).collect(),
            cause: self.cause(),
        }))
    }

    fn cancel_return(&mut self) -> Command {
        let Some(bought) = self.some_bought() else { return Command::Advance(self.wallet()) };
        let return_id = bought.returns.last().copied().unwrap_or_else(|| ReturnId::derived(&["none"]));
        Command::CancelReturn(Box::new(CancelReturn {
            purchase: bought.terms.purchase,
            return_id,
            cause: self.cause(),
        }))
    }

    /// What the bakery may move.
    fn quota(&self, program: &str, dealing: Dealing) -> PartnerQuota {
        let of = PartnerId { program: program.to_owned(), partner: "bakery".into() };
        PartnerQuota { of, dealing, per_posting: 450, per_day: 460, date: self.zone.date(self.now) }
    }

    fn settle(&mut self) -> Command {
        let of = PartnerId { program: self.wallet().program, partner: "bakery".into() };
        Command::Settle(Box::new(Settle { of, value: None, cause: self.cause() }))
    }

    fn withdraw(&mut self) -> Command {
        let points = self.random.random_range(1..100);
        Command::Withdraw(Box::new(Withdraw {
            wallet: self.wallet(),
            points: self.bad_or(points),
            cause: self.cause(),
            key: format!("withdraw/{}", self.count),
        }))
    }
}
