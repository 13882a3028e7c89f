//! What is due of memberships and referrals.

use super::moments::{by_itself, tell_once};
use crate::app::{AppError, aftersales, memberships};
use stammgast_domain::{
    CustomerId, Timestamp,
    event::Fact,
    membership::{Membership, MembershipStatus, Renewal},
    occasion::{Occasion, OccasionKind},
    program::plus_days,
    purchase::Purchase,
    purchase_return::ReturnStatus,
    referral::{Referral, ReferralStatus},
    tenant::Setup,
};
use stammgast_store::{Change, PageRequest, TenantStore};

/// Purchases that are looked at for one referral; more than these nobody needs to make it count.
const PURCHASES: usize = 100;

/// Tells of a membership that ends soon; renews or ends one whose period is over.
pub(super) async fn membership(
    store: &TenantStore,
    setup: &Setup,
    change: &mut Change,
    key: &str,
    (at, now): (Timestamp, Timestamp),
) -> Result<(), AppError> {
    let Some(read) = store.membership_by_key(key).await? else { return Ok(()) };
    if read.status == MembershipStatus::Ended {
        return Ok(());
    }
    let zone = &setup.zone;
    // Days may begin at another time than when this was planned.
    change.review_membership(&read, zone, at)?;
    let end = read.ends_at(zone);
    if let Some(noticed_at) = read.notice_at(zone).filter(|notice| *notice <= at && at < end) {
        let occasion = Occasion {
            name: Some(read.plan.clone()),
            ..Occasion::of(read.customer, OccasionKind::MembershipEnding, read.last_day, noticed_at, now)
        };
        tell_once(store, change, vec![occasion], 0).await?;
    }
    if end <= at {
        let (after, kind) = match read.renewal {
            Renewal::Automatic => (read.renewed(at, now), memberships::RENEWED),
            Renewal::Lapses => (read.ended(at, now), memberships::ENDED),
        };
        change.put_membership(Some(&read), &after, zone)?;
        tell_membership(change, &after, kind, at, now)?;
    }
    Ok(())
}

fn tell_membership(
    change: &mut Change,
    after: &Membership,
    kind: &str,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), AppError> {
    change.event(by_itself(Fact::MembershipChanged(after.clone()), at, now));
    let activity = memberships::activity(after, kind, (at, now));
    change.record_activity(&activity)?;
    change.event(by_itself(Fact::ActivityRecorded(activity), at, now));
    Ok(())
}

/// Looks whether a referral counts by now; otherwise again tomorrow, as long as it may.
pub(super) async fn referral(
    store: &TenantStore,
    setup: &Setup,
    change: &mut Change,
    customer: CustomerId,
    (at, now): (Timestamp, Timestamp),
) -> Result<(), AppError> {
    let read = store.referral(customer).await?;
    let Some(read) = read.filter(|read| read.status == ReferralStatus::Pending) else { return Ok(()) };
    let zone = &setup.zone;
    if !counts(store, &read, at).await? {
        if at >= read.over_at() {
            let after = read.decided(ReferralStatus::Expired, at);
            change.put_referral(Some(&read), &after, None)?;
            change.event(by_itself(Fact::ReferralChanged(after), at, now));
            return Ok(());
        }
        return Ok(change.look_at_referral(customer, zone.start_of(plus_days(zone.date(at), 1)))?);
    }
    let (key, most) = aftersales::counted_key(&read, zone.date(at).year());
    let counted = store.tallies(std::slice::from_ref(&key)).await?.remove(&key).unwrap_or_default();
    let over = u64::try_from(counted).unwrap_or_default() >= most;
    let status = if over { ReferralStatus::OverLimit } else { ReferralStatus::Completed };
    let after = read.decided(status, at);
    change.put_referral(Some(&read), &after, None)?;
    change.event(by_itself(Fact::ReferralChanged(after.clone()), at, now));
    if !over {
        change.count(&key, 1, Some(most));
        for activity in aftersales::activities(&after, (at, now)) {
            change.record_activity(&activity)?;
            change.event(by_itself(Fact::ActivityRecorded(activity), at, now));
        }
    }
    Ok(())
}

async fn counts(store: &TenantStore, referral: &Referral, at: Timestamp) -> Result<bool, AppError> {
    let page = PageRequest { after: None, limit: PURCHASES };
    for purchase in store.purchases_of(referral.customer, &page).await?.rows {
        let Purchase { id, amount, occurred_at, .. } = purchase;
        let returns = store.returns_of(id).await?;
        let standing = returns.iter().filter(|made| made.status == ReturnStatus::Standing);
        let returned: i64 = standing.map(|made| made.amount.minor).sum();
        if referral.counts(amount, returned, occurred_at, at) {
            return Ok(true);
        }
    }
    Ok(false)
}
