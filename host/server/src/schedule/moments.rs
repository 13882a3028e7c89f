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
use stammgast_store::{Change, DueItem, DueWhat, LedgerOrder, TenantStore};

/// Looks after one thing whose time has come. What nothing follows from is done as well.
pub(super) async fn attend(store: &TenantStore, setup: &Setup, item: &DueItem, now: Timestamp) -> Result<(), AppError> {
    let mut change = Change::new();
    match &item.what {
        // Its row moves with the wallet.
        DueWhat::Wallet(wallet) => advance(&mut change, wallet, now),
        DueWhat::Expiring(wallet, end) => {
            change.attended(item);
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
                tell_once(store, &mut change, vec![occasion]).await?;
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

/// Tells of those occasions that were not told before.
pub(super) async fn tell_once(
    store: &TenantStore,
    change: &mut Change,
    occasions: Vec<Occasion>,
) -> Result<usize, AppError> {
    let told = store.told_among(occasions.iter().map(Occasion::key)).await?;
    let new: Vec<Occasion> = occasions.into_iter().filter(|occasion| !told.contains(&occasion.key())).collect();
    let count = new.len();
    for occasion in new {
        change.reach_occasion(&occasion)?;
        let (occurred_at, recorded_at) = (occasion.occurred_at, occasion.recorded_at);
        change.event(by_itself(Fact::OccasionReached(occasion), occurred_at, recorded_at));
    }
    Ok(count)
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
    let points = store.points_expiring(wallet, end).await?;
    if points <= 0 {
        return Ok(());
    }
    let last_day = setup.zone.date(end.plus_millis(-1));
    let occasion = Occasion {
        program: Some(wallet.program.clone()),
        points: Some(points),
        ..Occasion::of(wallet.customer, OccasionKind::PointsExpiring, last_day, at, now)
    };
    tell_once(store, change, vec![occasion]).await.map(drop)
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
    let Some(policy) = setup.programs.get(&wallet.program).and_then(|program| program.policy.tiers.as_ref()) else {
        return Ok(());
    };
    let zone = &setup.zone;
    // Another day begins the review, or ends the grace, where the tier was earned again meanwhile.
    if let Some(last_day) =
        standing.last_day.filter(|_| standing.tier.is_some() && standing.review_at(zone) == Some(at))
    {
        let occasion = Occasion {
            program: Some(wallet.program.clone()),
            name: standing.tier.clone(),
            ..Occasion::of(wallet.customer, OccasionKind::TierReview, last_day, at, now)
        };
        tell_once(store, change, vec![occasion]).await?;
    }
    let by = Judged { policy, points: 0, occurred_at: at, zone };
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
