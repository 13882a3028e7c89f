//! A quote: what a purchase would earn. Every rule is asked as it will be, and nothing is written.

use crate::app::{
    App, AppError, Ctx,
    callee::Callee,
    purchases::{self, NewPurchase},
};
use futures::FutureExt;
use stammgast_domain::{
    CustomerId, Points, Timestamp,
    access::Scope,
    call::{Fault, FoundTier, Past, PastPage, StateValue},
    customer::Customer,
    effect::{Consequence, Surroundings, consequence_of},
    event::{Event, Fact, NewEvent, Subject},
    finding::Provenance,
    interaction::Interaction,
    ledger::Command,
    plugin::{FaultKind, Installation, InstallationStatus},
    purchase::Purchase,
    tenant::Setup,
};
use stammgast_runtime::{Answer, Facts, FactsFuture};
use stammgast_store::timeline_key;
use std::sync::Arc;

/// What a purchase would earn.
#[derive(Debug, Clone)]
pub struct Quote {
    /// Points, one earning after another.
    pub earnings: Vec<QuotedEarning>,
    /// Rules that could not say.
    pub faults: Vec<QuotedFault>,
}

/// Points that a rule would give.
#[derive(Debug, Clone)]
pub struct QuotedEarning {
    /// The installation's name.
    pub installation: String,
    /// Plugin and version.
    pub rule_version: String,
    /// The program's code.
    pub program: String,
    /// How many.
    pub points: i64,
    /// Why, as a code.
    pub reason: String,
    /// Why, in a sentence.
    pub text: String,
    /// From when on they could be spent.
    pub active_from: Timestamp,
    /// From when on they would be past their time.
    pub expires_at: Option<Timestamp>,
}

/// A rule that could not say.
#[derive(Debug, Clone)]
pub struct QuotedFault {
    /// The installation's name.
    pub installation: String,
    /// What went wrong.
    pub fault: Fault,
}

/// What a purchase would earn if it were recorded now.
///
/// # Errors
/// The purchase would be refused, or the store failed.
pub async fn quote(app: &App, ctx: &Ctx, new: NewPurchase) -> Result<Quote, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    let purchase = purchases::would_be(ctx, new).await?;
    let event = Arc::new(Event {
        seq: *ctx.tenant.log_head().borrow() + 1,
        event: NewEvent {
            subject: Subject::Customer(purchase.customer),
            occurred_at: purchase.occurred_at,
            recorded_at: purchase.recorded_at,
            actor: ctx.actor.clone(),
            cause: None,
            depth: 0,
            fact: Fact::PurchaseRecorded(purchase.clone()),
        },
    });
    let setup = ctx.tenant.setup().await?;
    let mut quote = Quote { earnings: Vec::new(), faults: Vec::new() };
    if setup.hold_out.holds_from_points(purchase.customer) {
        return Ok(quote);
    }
    let is_asked = |one: &Installation| {
        one.status == InstallationStatus::Enabled && one.shadow_of.is_none() && Callee::concerns(one, &event)
    };
    for installation in ctx.tenant.installations().await?.into_iter().filter(is_asked) {
        let installation = Arc::new(installation);
        let answer = ask(app, ctx, &installation, &event, &purchase).await?;
        quote.take_in(&installation, &event, &setup, answer);
    }
    Ok(quote)
}

/// Asks one rule, in its tenant's turn and on the threads of plugin calls.
async fn ask(
    app: &App,
    ctx: &Ctx,
    installation: &Arc<Installation>,
    event: &Arc<Event>,
    purchase: &Purchase,
) -> Result<Answer, AppError> {
    let callee = Callee::prepare(app, &ctx.tenant, installation).await?;
    let turns = app.calls.of(ctx.tenant.tenant()).await;
    let facts = Arc::new(WithPurchase { stored: callee.facts(event), purchase: purchase.clone() });
    let event = Arc::clone(event);
    let work = async move {
        let _turn = turns.acquire().await;
        callee.ask(&event, None, facts).await.0.answer
    };
    Ok(app.runtime.threads().spawn(work).await.map_err(std::io::Error::other)?)
}

impl Quote {
    fn take_in(&mut self, installation: &Installation, event: &Event, setup: &Setup, answer: Answer) {
        let earned = match answer {
            Answer::Effects(effects) => {
                let around = Surroundings::of(event, setup, event.event.recorded_at);
                let of = |(index, effect)| consequence_of(effect, origin(installation, event, index), &around);
                let found: Result<Vec<Consequence>, _> = effects.iter().enumerate().map(of).collect();
                found.map_err(|refused| Fault::new(FaultKind::InvalidEffect, refused.to_string()))
            }
            Answer::Malformed(problem) | Answer::HostFailure(problem) => Err(Fault::new(FaultKind::Host, problem)),
            Answer::Fault(fault) => Err(fault),
        };
        let name = installation.name.clone();
        match earned {
            Ok(consequences) => self.earnings.extend(consequences.into_iter().filter_map(|one| earning(&name, one))),
            Err(fault) => self.faults.push(QuotedFault { installation: name, fault }),
        }
    }
}

fn earning(installation: &str, consequence: Consequence) -> Option<QuotedEarning> {
    let Consequence::Ledger(Command::Earn(earn)) = consequence else { return None };
    Some(QuotedEarning {
        installation: installation.to_owned(),
        rule_version: earn.cause.rule_version,
        program: earn.wallet.program,
        points: earn.points,
        reason: earn.cause.reason,
        text: earn.cause.text,
        active_from: earn.active_from,
        expires_at: earn.expires_at,
    })
}

fn origin(installation: &Installation, event: &Event, index: usize) -> Provenance {
    Provenance {
        installation: installation.id,
        plugin: installation.plugin.clone(),
        version: installation.release.plugin_version.to_string(),
        digest: installation.release.digest,
        config_version: installation.release.config_version,
        event: event.seq,
        effect: u32::try_from(index).unwrap_or(u32::MAX),
    }
}

/// What a rule may read, as if the purchase were recorded: it stands among the customer's own.
struct WithPurchase {
    stored: Arc<dyn Facts>,
    purchase: Purchase,
}

impl WithPurchase {
    /// Puts the purchase in its place on a page, newest first.
    fn on(&self, page: &PastPage, past: Past<Purchase>) -> Past<Purchase> {
        let key = |one: &Purchase| timeline_key(one.occurred_at, one.id);
        let own = key(&self.purchase);
        let Past { mut rows, next } = past;
        let begins_before = page.before.as_ref().is_none_or(|before| own < *before);
        let ends_after = next.is_none() || rows.last().is_some_and(|last| key(last) < own);
        if !begins_before || !ends_after || rows.iter().any(|row| row.id == self.purchase.id) {
            return Past { rows, next };
        }
        let place = rows.iter().position(|row| key(row) < own).unwrap_or(rows.len());
        rows.insert(place, self.purchase.clone());
        let next = if rows.len() > page.limit {
            rows.truncate(page.limit);
            rows.last().map(key)
        } else {
            next
        };
        Past { rows, next }
    }
}

impl Facts for WithPurchase {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        self.stored.state(customer, key)
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        self.stored.state_keys(customer)
    }

    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        self.stored.customer(id)
    }

    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, Points> {
        self.stored.points(program, customer)
    }

    fn tier<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        self.stored.tier(program, customer)
    }

    fn purchases<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        async move { Ok(self.on(page, self.stored.purchases(customer, page).await?)) }.boxed()
    }

    fn interactions<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        self.stored.interactions(customer, page)
    }
}
