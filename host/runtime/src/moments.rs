//! Between the domain's occasions, activities, tiers and messages, and the contract's.

use crate::{
    bindings::{activities, loyalty, occasions, points},
    convert::reason,
};
use jiff::civil::Date;
use loyalty::stammgast::{
    host::{contacts, lookup},
    types::types as wit,
};
use stammgast_domain::{
    Timestamp,
    activity::Activity,
    call::FoundTier,
    ledger::{Stage, Transaction},
    occasion::Occasion,
    outreach::{ProposedContact, Purpose},
};

/// What a plugin gave is no day.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{year}-{month}-{day} is no day of the calendar, between the years 1 and 9999")]
pub(crate) struct NoDay {
    year: i32,
    month: u8,
    day: u8,
}

pub(crate) fn date(given: wit::Date) -> Result<Date, NoDay> {
    let wit::Date { year, month, day } = given;
    let made =
        i16::try_from(year).ok().filter(|year| *year >= 1).zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let made = made.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    made.ok_or(NoDay { year, month, day })
}

fn day(date: Date) -> wit::Date {
    let number = |number: i8| u8::try_from(number).unwrap_or(1);
    wit::Date { year: i32::from(date.year()), month: number(date.month()), day: number(date.day()) }
}

pub(crate) fn occasion(occasion: &Occasion) -> occasions::stammgast::loyalty::loyalty_types::Occasion {
    let Occasion { kind, day: on, years, program, points, name, .. } = occasion;
    occasions::stammgast::loyalty::loyalty_types::Occasion {
        kind: kind.as_str().to_owned(),
        day: day(*on),
        years: years.map(u32::from),
        program: program.clone(),
        points: *points,
        name: name.clone(),
    }
}

pub(crate) fn activity(activity: &Activity) -> activities::stammgast::loyalty::loyalty_types::Activity {
    activities::stammgast::loyalty::loyalty_types::Activity {
        id: activity.id.to_string(),
        kind: activity.kind.clone(),
        source: activity.source.clone(),
        details: activity.details.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        occurred_at: activity.occurred_at.millis(),
    }
}

pub(crate) fn points_change(posted: &Transaction) -> points::stammgast::loyalty::loyalty_types::PointsChange {
    points::stammgast::loyalty::loyalty_types::PointsChange {
        program: posted.program.clone(),
        movement: posted.movement.as_str().to_owned(),
        available: posted.moved(Stage::Available),
        pending: posted.moved(Stage::Pending),
    }
}

pub(crate) fn tier(found: FoundTier) -> lookup::Tier {
    let FoundTier { code, since, last_day, in_review } = found;
    lookup::Tier { code, since: since.map(Timestamp::millis), last_day: last_day.map(day), in_review }
}

pub(crate) fn proposed_contact(message: contacts::Message, why: wit::Reason) -> Result<ProposedContact, NoDay> {
    let contacts::Message { purpose, topic, title, text, offer, last_day } = message;
    Ok(ProposedContact {
        purpose: match purpose {
            contacts::Purpose::Service => Purpose::Service,
            contacts::Purpose::Relationship => Purpose::Relationship,
            contacts::Purpose::Selling => Purpose::Selling,
        },
        topic,
        title,
        text,
        offer,
        last_day: last_day.map(date).transpose()?,
        reason: reason(why),
    })
}
