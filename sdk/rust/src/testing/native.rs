//! The host's functions, answered by the test's host. They have the signatures that the contract's bindings have.

/// Messages for the operator.
pub mod log {
    use super::super::{LogLine, RUN};
    use crate::log::Level;

    /// Records a line. Outside of a run it goes to the standard error, so that plain functions can be tested plainly.
    pub fn write(level: Level, message: &str) {
        RUN.with_borrow_mut(|run| match run {
            Some(run) => run.log.push(LogLine { level, message: message.to_owned() }),
            None => eprintln!("{level:?}: {message}"),
        });
    }
}

/// The installation's state.
pub mod state {
    use super::super::{Host, Run, rules, stop, with_run};
    use crate::state::Scope;

    /// Reads a value.
    pub fn get(scope: Scope, key: &str) -> Option<Vec<u8>> {
        with_run(|run| {
            may_use(&run.host, scope, key);
            let place = (scope, key.to_owned());
            run.changes.get(&place).cloned().unwrap_or_else(|| run.host.state.get(&place).cloned())
        })
    }

    /// Sets a value.
    pub fn set(scope: Scope, key: &str, value: &[u8]) {
        rules::check_state_value(key, value);
        with_run(|run| change(run, scope, key, Some(value.to_vec())));
    }

    /// Deletes a value.
    pub fn delete(scope: Scope, key: &str) {
        with_run(|run| change(run, scope, key, None));
    }

    fn change(run: &mut Run, scope: Scope, key: &str, value: Option<Vec<u8>>) {
        may_use(&run.host, scope, key);
        run.changes.insert((scope, key.to_owned()), value);
    }

    fn may_use(host: &Host, scope: Scope, key: &str) {
        rules::check_state_key(key);
        match scope {
            Scope::Shared => host.need("state.shared"),
            Scope::Customer => {
                host.need("state.customer");
                if host.customer.is_none() {
                    stop("the event has no customer whose state could be used; look at `event.customer` first");
                }
            }
        }
    }
}

/// Facts about the customer.
pub mod lookup {
    use super::super::with_run;
    use crate::{
        Purchase,
        bindings::stammgast::host::lookup::{InteractionPage, PurchasePage},
        lookup::{Customer, PastInteraction, Tier},
    };

    /// The customer.
    pub fn get_customer() -> Option<Customer> {
        with_run(|run| {
            run.host.need("lookup.customer");
            let mut customer = run.host.customer.clone()?;
            customer.name = customer.name.filter(|_| run.host.grants("lookup.customer.name"));
            customer.language = customer.language.filter(|_| run.host.grants("lookup.customer.language"));
            Some(customer)
        })
    }

    /// The customer's points.
    pub fn get_points(program: &str) -> i64 {
        with_run(|run| {
            run.host.need("lookup.points");
            let has = run.host.customer.is_some();
            run.host.points.get(program).copied().filter(|_| has).unwrap_or_default()
        })
    }

    /// The customer's tier.
    pub fn get_tier(program: &str) -> Tier {
        with_run(|run| {
            run.host.need("lookup.tier");
            let has = run.host.customer.is_some();
            let found = run.host.tiers.get(program).cloned().filter(|_| has);
            found.unwrap_or(Tier { code: None, since: None, last_day: None, in_review: false })
        })
    }

    /// A page of purchases.
    pub fn list_purchases(before: Option<&str>, limit: u32) -> PurchasePage {
        with_run(|run| {
            run.host.need("lookup.purchases");
            let known = if run.host.customer.is_some() { run.host.purchases.as_slice() } else { &[] };
            let (mut purchases, next): (Vec<Purchase>, _) = page(known, before, limit);
            if !run.host.grants("lookup.purchases.lines") {
                for purchase in &mut purchases {
                    purchase.lines.clear();
                }
            }
            PurchasePage { purchases, next }
        })
    }

    /// A page of contacts.
    pub fn list_interactions(before: Option<&str>, limit: u32) -> InteractionPage {
        with_run(|run| {
            run.host.need("lookup.interactions");
            let known = if run.host.customer.is_some() { run.host.interactions.as_slice() } else { &[] };
            let (mut interactions, next): (Vec<PastInteraction>, _) = page(known, before, limit);
            if !run.host.grants("lookup.interactions.text") {
                for interaction in &mut interactions {
                    (interaction.subject, interaction.text) = (None, None);
                }
            }
            InteractionPage { interactions, next }
        })
    }

    /// The records from a place on, and the place where the next page begins.
    fn page<T: Clone>(records: &[T], before: Option<&str>, limit: u32) -> (Vec<T>, Option<String>) {
        let start: usize = before.and_then(|place| place.parse().ok()).unwrap_or_default();
        let limit = usize::try_from(limit.clamp(1, 100)).unwrap_or(100);
        let page: Vec<T> = records.iter().skip(start).take(limit).cloned().collect();
        let end = start + page.len();
        (page, (end < records.len()).then(|| end.to_string()))
    }
}
