//! What becomes of an event that failed: tried again later, waited for, or given up. Pure.

use crate::config::Dispatch;
use stammgast_domain::{InstallationId, Timestamp, call::Fault, event::Event, plugin::FaultKind};
use stammgast_store::{Delivery, DeliveryStatus};

/// Each pause is this many times as long as the one before.
const GROWTH: i64 = 4;
/// The first pause after a failure that is nobody's fault; it doubles with each, up to the longest.
const POSTPONED_MS: i64 = 1_000;
const LONGEST_POSTPONED_MS: i64 = 60_000;

/// An event that waits behind an earlier one of its subject.
pub(super) fn waiting(installation: InstallationId, event: &Event, subject: &str) -> Delivery {
    Delivery::waiting((installation, event.seq), subject, event.event.recorded_at)
}

/// A delivery after one more failure: in line again after a pause, or dead after its last try.
pub(super) fn failed(before: Delivery, fault: Fault, now: Timestamp, settings: &Dispatch) -> Delivery {
    let attempts = before.attempts.saturating_add(1);
    let first_failed_at = before.first_failed_at.or(Some(now));
    let fault = Some(fault);
    if attempts >= settings.attempts {
        return Delivery { status: DeliveryStatus::Dead, attempts, next_at: None, fault, first_failed_at, ..before };
    }
    let first = i64::try_from(settings.first_pause_ms).unwrap_or(i64::MAX);
    let pause = first.saturating_mul(GROWTH.saturating_pow(attempts.saturating_sub(1)));
    let next_at = Some(now.plus_millis(pause));
    Delivery { status: DeliveryStatus::Retrying, attempts, next_at, fault, first_failed_at, ..before }
}

/// A delivery that the host could not make: in line again after a pause, with all its tries, or given up after its
/// last postponement, so that a subject is held up for a bounded time only.
pub(super) fn postponed(before: Delivery, why: &str, now: Timestamp, settings: &Dispatch) -> Delivery {
    let postponed = before.postponed.saturating_add(1);
    let first_failed_at = before.first_failed_at.or(Some(now));
    if postponed > settings.postponements {
        let fault = Some(Fault::new(FaultKind::Host, why));
        return Delivery { status: DeliveryStatus::Dead, postponed, next_at: None, fault, first_failed_at, ..before };
    }
    let doubled = POSTPONED_MS.saturating_mul(2_i64.saturating_pow(postponed.saturating_sub(1)));
    let next_at = Some(now.plus_millis(doubled.min(LONGEST_POSTPONED_MS)));
    Delivery { status: DeliveryStatus::Retrying, postponed, next_at, first_failed_at, ..before }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn untried() -> Delivery {
        Delivery::waiting((InstallationId::derived(&["i"]), 1), "customer:a", at(0))
    }

    #[test]
    fn what_the_host_cannot_do_is_put_off_for_a_bounded_time() {
        let settings = Dispatch { postponements: 8, ..Dispatch::default() };
        let (mut delivery, mut now) = (untried(), at(0));
        let mut pauses = Vec::new();
        while delivery.status != DeliveryStatus::Dead {
            delivery = postponed(delivery, "the store failed", now, &settings);
            if let Some(next) = delivery.next_at {
                pauses.push(next.millis() - now.millis());
                now = next;
            }
        }
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!((delivery.attempts, delivery.fault.unwrap().kind), (0, FaultKind::Host));
    }

    #[test]
    fn pauses_grow_until_the_delivery_is_dead() {
        let settings = Dispatch { attempts: 3, first_pause_ms: 1_000, ..Dispatch::default() };
        let fault = || Fault::new(FaultKind::Trap, "unreachable");
        let mut delivery = untried();
        delivery = failed(delivery, fault(), at(10), &settings);
        assert_eq!((delivery.status, delivery.next_at), (DeliveryStatus::Retrying, Some(at(1_010))));
        delivery = failed(delivery, fault(), at(2_000), &settings);
        assert_eq!((delivery.status, delivery.next_at), (DeliveryStatus::Retrying, Some(at(6_000))));
        delivery = failed(delivery, fault(), at(9_000), &settings);
        assert_eq!(
            (delivery.status, delivery.next_at, delivery.first_failed_at),
            (DeliveryStatus::Dead, None, Some(at(10)))
        );
    }
}
