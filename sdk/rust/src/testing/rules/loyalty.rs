//! Bounds of what loyalty rules ask for.

use super::{Host, stop, texts};
use crate::{
    Date, Points, Reason,
    contacts::{Message, Purpose},
};

/// The most points that one effect may give.
const MOST_POINTS: Points = 1_000_000_000_000;

pub fn earn(host: &Host, program: &str, points: Points, reason: &Reason) {
    need_customer(host, "nobody can earn points");
    if !(1..=MOST_POINTS).contains(&points) {
        stop(&format!("{points} points cannot be earned; 1 to {MOST_POINTS} can"));
    }
    texts::code("program", program);
    texts::reason(reason);
}

pub fn earn_decimal(host: &Host, program: &str, points: &str, reason: &Reason) {
    need_customer(host, "nobody can earn points");
    decimal_points(points);
    texts::code("program", program);
    texts::reason(reason);
}

pub fn propose_tier(host: &Host, program: &str, tier: &str, reason: &Reason) {
    propose_no_tier(host, program, reason);
    texts::code("tier", tier);
}

pub fn propose_no_tier(host: &Host, program: &str, reason: &Reason) {
    need_customer(host, "nobody can have a tier");
    texts::code("program", program);
    texts::reason(reason);
}

pub fn issue_voucher(host: &Host, offer: &str, reason: &Reason) {
    need_customer(host, "nobody can get a voucher");
    texts::code("offer", offer);
    texts::reason(reason);
}

pub fn make_eligible(host: &Host, reward: &str, last_day: Option<Date>, reason: &Reason) {
    end_eligibility(host, reward, reason);
    if let Some(day) = last_day {
        real_day("last_day", day);
    }
}

pub fn end_eligibility(host: &Host, reward: &str, reason: &Reason) {
    need_customer(host, "nobody can be eligible for a reward");
    texts::code("reward", reward);
    texts::reason(reason);
}

pub fn set_reminder(host: &Host, name: &str, day: Date) {
    cancel_reminder(host, name);
    real_day("day", day);
}

pub fn cancel_reminder(host: &Host, name: &str) {
    need_customer(host, "there is nobody to be reminded of");
    texts::code("name", name);
}

pub fn propose_contact(host: &Host, message: &Message, reason: &Reason) {
    need_customer(host, "nobody can be told anything");
    texts::code("topic", &message.topic);
    texts::required("title", &message.title, 300);
    texts::required("text", &message.text, 10_000);
    if let Some(offer) = &message.offer {
        texts::code("offer", offer);
        if message.purpose == Purpose::Service {
            stop(
                "a service message carries no offer; choose the purpose `relationship` or `selling`, or leave the offer \
                 out",
            );
        }
    }
    if let Some(day) = message.last_day {
        real_day("last_day", day);
    }
    texts::reason(reason);
}

fn need_customer(host: &Host, lacking: &str) {
    if host.customer.is_none() {
        stop(&format!("the event has no customer, so {lacking}; look at `event.customer` first"));
    }
}

fn real_day(field: &str, day: Date) {
    if Date::new(day.year, day.month, day.day).is_none() {
        stop(&format!("{field} is {day}, which is no day of the calendar in the years 1 to 9999"));
    }
}

fn decimal_points(text: &str) {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    if !is_digits(whole) || !is_digits(part) || part.len() > 9 {
        stop(&format!("points `{text}` is no decimal; write digits, and after a point at most 9 more, such as 12.5"));
    }
    let is_whole = part.bytes().all(|digit| digit == b'0');
    let fits = match whole.parse::<Points>() {
        Ok(0) => !is_whole,
        Ok(MOST_POINTS) => is_whole,
        Ok(points) => points < MOST_POINTS,
        // More than any integer holds.
        Err(_) => false,
    };
    if !fits {
        stop(&format!("{text} points cannot be earned; more than 0 and at most {MOST_POINTS} can"));
    }
}
