//! What is due: wallets, points that expire soon, tiers, and reminders.

use super::aftersales;
use crate::app::AppError;
use stammgast_domain::{
    Timestamp,
    event::{Fact, NewEvent},
    ledger::{Cause, Command, LEDGER_RULES, WalletId},
    occasion::{Occasion, OccasionKind},
    tenant::Setup,
    tier::{Judged, Standing, TierChange, TierMovement},
};
use stammgast_store::{Change, Due, DueItem, DueWhat, LedgerOrder, TenantStore};

/// Looks after one thing whose time has come. What nothing follows from is done as well.
pub(super) async fn attend(store: &TenantStore, setup: &Setup, due: &Due, now: Timestamp) -> Result<(), AppError> {
    match due {
        Due::Wallet(_, wallet) => {
            let mut change = Change::new();
            advance(&mut change, wallet, now);
            Ok(store.commit(change).await?)
        }
        Due::Item(item) => attend_to(store, setup, item, now).await,
    }
}

async fn attend_to(store: &TenantStore, setup: &Setup, item: &DueItem, now: Timestamp) -> Result<(), AppError> {
    let mut change = Change::new();
    match &item.what {
        DueWhat::Expiring(wallet, end) => {
            change.attended(item);
            // What becomes available at the same time is among the points that expire.
            let mut first = Change::new();
            advance(&mut first, wallet, now);
            store.commit(first).await?;
            points_expire(store, setup, &mut change, (wallet, *end), item.at, now).await?;
        }
        DueWhat::Tier(wallet) => {
            change.attended(item);
            // What expires by then counts for the tier no more.
            advance(&mut change, wallet, now);
            review(store, setup, &mut change, wallet, item.at, now).await?;
        }
        DueWhat::Reminder(key) => {
            change.attended(item);
            // Another one may stand in its place by now; that one has a time of its own.
            if let Some(reminder) = store.reminder(key).await?.filter(|reminder| reminder.at == item.at) {
                let occasion = Occasion {
                    name: Some(reminder.name.clone()),
                    installation: Some(reminder.installation),
                    ..Occasion::of(reminder.customer, OccasionKind::Reminder, reminder.day, item.at, now)
                };
                change.end_reminder(&reminder)?;
                tell_once(store, &mut change, vec![occasion], reminder.depth).await?;
            }
        }
        DueWhat::Membership(key) => {
            change.attended(item);
            aftersales::membership(store, setup, &mut change, key, (item.at, now)).await?;
        }
        DueWhat::Referral(customer) => {
            change.attended(item);
            aftersales::referral(store, setup, &mut change, *customer, (item.at, now)).await?;
        }
    }
    Ok(store.commit(change).await?)
}

fn advance(change: &mut Change, wallet: &WalletId, now: Timestamp) {
    let command = Command::Advance(wallet.clone());
    change.order(LedgerOrder { command, now, actor: "host".to_owned(), cause: None, depth: 0 });
}

/// Tells of those occasions that were not told before, so many consequences after something that came from outside.
pub(super) async fn tell_once(
    store: &TenantStore,
    change: &mut Change,
    occasions: Vec<Occasion>,
    depth: u8,
) -> Result<(), AppError> {
    let told = store.told_among(occasions.iter().map(Occasion::key)).await?;
    for occasion in occasions.into_iter().filter(|occasion| !told.contains(&occasion.key())) {
        change.reach_occasion(&occasion)?;
        let (occurred_at, recorded_at) = (occasion.occurred_at, occasion.recorded_at);
        let event = by_itself(Fact::OccasionReached(occasion), occurred_at, recorded_at);
        change.event(NewEvent { depth, ..event });
    }
    Ok(())
}

/// An event that the host makes by itself.
pub(super) fn by_itself(fact: Fact, occurred_at: Timestamp, recorded_at: Timestamp) -> NewEvent {
    let (subject, actor) = (fact.subject(), "host".to_owned());
    NewEvent { fact, subject, occurred_at, recorded_at, actor, cause: None, depth: 0 }
}

async fn points_expire(
    store: &TenantStore,
    setup: &Setup,
    change: &mut Change,
    (wallet, end): (&WalletId, Timestamp),
    at: Timestamp,
    now: Timestamp,
) -> Result<(), AppError> {
    // Once their day is over, nobody can spend them any more.
    let points = if now < end { store.points_expiring(wallet, end).await? } else { 0 };
    if points <= 0 {
        return Ok(());
    }
    let last_day = setup.zone.date(end.plus_millis(-1));
    let occasion = Occasion {
        program: Some(wallet.program.clone()),
        points: Some(points),
        ..Occasion::of(wallet.customer, OccasionKind::PointsExpiring, last_day, at, now)
    };
    tell_once(store, change, vec![occasion], 0).await
}

/// Tells of a tier whose time is over, and takes it where its grace is.
async fn review(
    store: &TenantStore,
    setup: &Setup,
    change: &mut Change,
    wallet: &WalletId,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), AppError> {
    let Some(standing) = store.tier_standing(&wallet.program, wallet.customer).await? else { return Ok(()) };
    // Where the program has no tiers any more, tiers are as they were.
    let Some(policy) = setup.programs.get(&wallet.program).and_then(|program| program.policy.tiers.as_ref()) else {
        return Ok(());
    };
    let zone = &setup.zone;
    // The tier may have been earned again meanwhile, or days begin at another time now.
    change.review_standing(&standing, zone, at)?;
    let (reviewed_at, lost_at) = (standing.review_at(zone), standing.lost_at(zone));
    let is_review = standing.is_in_review(at, zone) && (lost_at == reviewed_at || lost_at.is_none_or(|lost| at < lost));
    if let (true, Some(last_day), Some(reviewed_at)) = (is_review, standing.last_day, reviewed_at) {
        let occasion = Occasion {
            program: Some(wallet.program.clone()),
            name: standing.tier.clone(),
            ..Occasion::of(wallet.customer, OccasionKind::TierReview, last_day, reviewed_at, now)
        };
        tell_once(store, change, vec![occasion], 0).await?;
    }
    let by = Judged { policy, points: 0, earns: false, occurred_at: at, decided_at: now, zone };
    if let Some(after) = standing.lost(&by) {
        lose(change, standing, after, setup, (at, now))?;
    }
    Ok(())
}

fn lose(
    change: &mut Change,
    before: Standing,
    after: Standing,
    setup: &Setup,
    (occurred_at, recorded_at): (Timestamp, Timestamp),
) -> Result<(), AppError> {
    change.put_standing(Some(&before), &after, &setup.zone)?;
    let cause = Cause {
        reason: "not-earned-again".to_owned(),
        text: "The tier was not earned again in its time.".to_owned(),
        rule_version: LEDGER_RULES.to_owned(),
        event: None,
    };
    let (from, standing, movement) = (before.tier, after, TierMovement::Lowered);
    let fact = Fact::TierChanged(TierChange { movement, from, standing, cause, occurred_at, recorded_at });
    change.event(by_itself(fact, occurred_at, recorded_at));
    Ok(())
}
