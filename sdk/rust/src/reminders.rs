//! Being called again later, through the grant `reminders`. For loyalty plugins.
//!
//! A reminder comes as an occasion of the kind `reminder`, to the installation that set it and to no other. It comes to
//! [`crate::loyalty::OccasionRules`], so the plugin exports `occasions` and its manifest names `occasion.reached`.

use crate::Date;

/// Reminds of the event's customer on a day, once. The name is a code that the occasion will bear; another reminder of
/// the customer by that name is replaced. A day that has passed is due at once.
pub fn set(name: &str, day: Date) {
    #[cfg(target_family = "wasm")]
    crate::bindings::stammgast::host::reminders::set(name, day);
    #[cfg(not(target_family = "wasm"))]
    crate::testing::ask(crate::testing::Effect::SetReminder { name: name.to_owned(), day });
}

/// Takes a reminder back; nothing happens where there is none.
pub fn cancel(name: &str) {
    #[cfg(target_family = "wasm")]
    crate::bindings::stammgast::host::reminders::cancel(name);
    #[cfg(not(target_family = "wasm"))]
    crate::testing::ask(crate::testing::Effect::CancelReminder { name: name.to_owned() });
}
