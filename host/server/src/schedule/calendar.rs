//! The tenant's days, one after another: birthdays and anniversaries. A day is over once everybody's was told.

use super::moments::tell_once;
use crate::app::{App, AppError};
use jiff::civil::Date;
use stammgast_domain::{
    TenantId, Timestamp,
    customer::{Customer, LifecycleStatus},
    occasion::{Occasion, OccasionKind},
    program::plus_days,
};
use stammgast_store::{Change, TenantStore, YearlyDay};

/// How far a day was told of. Whoever was told of already is not told again, so a place that is lost costs time alone.
#[derive(Default)]
pub(super) struct Place {
    day: Option<Date>,
    /// Lists of people that are done.
    lists: usize,
    /// The last of the list that is not done.
    last: Option<Customer>,
}

/// Tells a batch of people of the first day that has begun and was not told of. `None` where there is no such day.
pub(super) async fn turn(
    app: &App,
    tenant: &TenantId,
    store: &TenantStore,
    place: Place,
) -> Result<Option<Place>, AppError> {
    let now = app.clock.now();
    let zone = store.settings().await?.unwrap_or_default().zone;
    let today = zone.date(now);
    let read = store.calendar().await?;
    let day = read.map_or(today, |read| read.next_day);
    if day > today {
        return Ok(None);
    }
    let first = plus_days(today, -i64::try_from(app.settings.schedule.catch_up_days).unwrap_or(i64::MAX));
    let place = if place.day == Some(day) { place } else { Place { day: Some(day), ..Place::default() } };
    let lists = [YearlyDay::Born, YearlyDay::Joined].into_iter();
    let mut lists = lists.flat_map(|which| month_days(day).into_iter().map(move |month_day| (which, month_day)));
    let next = if day < first {
        tracing::warn!(tenant.id = %tenant, %day, %first, "birthdays and anniversaries are passed over: schedule.catch_up_days");
        first
    } else if let Some((which, month_day)) = lists.nth(place.lists) {
        let (at, limit) = (zone.start_of(day), app.settings.schedule.batch);
        let customers = store.customers_of_day(which, &month_day, place.last.as_ref(), limit).await?;
        let occasions = customers.iter().filter_map(|customer| occasion(which, customer, day, at, now));
        let mut change = Change::new();
        tell_once(store, &mut change, occasions.collect(), 0).await?;
        store.commit(change).await?;
        let is_over = customers.len() < limit;
        let last = customers.into_iter().next_back().filter(|_| !is_over);
        return Ok(Some(Place { lists: place.lists + usize::from(is_over), last, ..place }));
    } else {
        plus_days(day, 1)
    };
    let mut change = Change::new();
    change.turn_calendar(read, next)?;
    store.commit(change).await?;
    Ok(Some(Place::default()))
}

/// Days of the year whose people have their day on this one. Whoever has the 29th of February has the 28th in other years.
fn month_days(day: Date) -> Vec<String> {
    let own = day.strftime("%m-%d").to_string();
    let takes_leap_day = own == "02-28" && !day.in_leap_year();
    std::iter::once(own).chain(takes_leap_day.then(|| "02-29".to_owned())).collect()
}

fn occasion(which: YearlyDay, customer: &Customer, day: Date, at: Timestamp, now: Timestamp) -> Option<Occasion> {
    if customer.status == LifecycleStatus::Former {
        return None;
    }
    let (kind, years) = match which {
        YearlyDay::Born => (OccasionKind::Birthday, customer.birthday?.age_in(day.year())),
        YearlyDay::Joined => {
            let years = u16::try_from(day.year().saturating_sub(customer.customer_since?.year())).ok();
            // The day itself is no anniversary.
            (OccasionKind::Anniversary, Some(years.filter(|years| *years > 0)?))
        }
    };
    Some(Occasion { years, ..Occasion::of(customer.id, kind, day, at, now) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leap_day_comes_a_day_early_in_other_years() {
        let of = |day: &str| month_days(day.parse().unwrap());
        assert_eq!(of("2026-02-28"), ["02-28", "02-29"]);
        assert_eq!(of("2028-02-28"), ["02-28"]);
        assert_eq!(of("2028-02-29"), ["02-29"]);
        assert_eq!(of("2026-05-17"), ["05-17"]);
    }
}
