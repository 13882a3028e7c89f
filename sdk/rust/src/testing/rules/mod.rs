//! What the host checks of effects and state that needs no knowledge of the tenant.

#[cfg(feature = "loyalty")]
mod loyalty;
#[cfg(feature = "channel")]
mod message;
mod texts;

use super::{Effect, Host, stop};

/// The most characters of a key of state.
const LONGEST_KEY: usize = 200;
/// The most bytes of a value of state, unless the operator says otherwise.
const LARGEST_VALUE: usize = 64 * 1024;

/// Ends the call where the host would refuse an effect.
pub fn check(effect: &Effect, host: &Host) {
    let _ = host;
    match *effect {
        #[cfg(feature = "loyalty")]
        Effect::Earn { ref program, points, ref reason } => loyalty::earn(host, program, points, reason),
        #[cfg(feature = "loyalty")]
        Effect::EarnDecimal { ref program, ref points, ref reason } => {
            loyalty::earn_decimal(host, program, points, reason);
        }
        #[cfg(feature = "loyalty")]
        Effect::ProposeTier { ref program, ref tier, ref reason } => loyalty::propose_tier(host, program, tier, reason),
        #[cfg(feature = "loyalty")]
        Effect::ProposeNoTier { ref program, ref reason } => loyalty::propose_no_tier(host, program, reason),
        #[cfg(feature = "loyalty")]
        Effect::IssueVoucher { ref offer, ref reason } => loyalty::issue_voucher(host, offer, reason),
        #[cfg(feature = "loyalty")]
        Effect::MakeEligible { ref reward, last_day, ref reason } => {
            loyalty::make_eligible(host, reward, last_day, reason);
        }
        #[cfg(feature = "loyalty")]
        Effect::EndEligibility { ref reward, ref reason } => loyalty::end_eligibility(host, reward, reason),
        #[cfg(feature = "loyalty")]
        Effect::SetReminder { ref name, day } => loyalty::set_reminder(host, name, day),
        #[cfg(feature = "loyalty")]
        Effect::CancelReminder { ref name } => loyalty::cancel_reminder(host, name),
        #[cfg(feature = "loyalty")]
        Effect::ProposeContact { ref message, ref reason } => loyalty::propose_contact(host, message, reason),
        #[cfg(feature = "quality")]
        Effect::RaiseFinding { ref reason, ref evidence, .. } => {
            texts::reason(reason);
            texts::evidence(evidence.as_ref());
        }
        #[cfg(feature = "feedback")]
        Effect::OpenItem(ref item) => {
            texts::code("department", &item.department);
            texts::code("topic", &item.topic);
            texts::required("title", &item.title, 300);
            texts::reason(&item.reason);
            texts::evidence(item.evidence.as_ref());
        }
        #[cfg(feature = "channel")]
        Effect::ReceiveMessage(ref message) => message::check(message),
    }
}

/// Ends the call where the host would refuse a key.
pub fn check_state_key(key: &str) {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        stop(&format!("a key of state has 1 to {LONGEST_KEY} characters; `{key}` does not"));
    }
}

/// Ends the call where the host would refuse a value.
pub fn check_state_value(key: &str, value: &[u8]) {
    let size = value.len();
    if size > LARGEST_VALUE {
        stop(&format!("state `{key}` would hold {size} bytes; at most {LARGEST_VALUE} fit"));
    }
}
