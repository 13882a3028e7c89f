//! State, look-ups and the log, as plugins use them, and the host that tests give them.

use stammgast_sdk::{
    PluginError, Purchase, log,
    lookup::{self, Customer, PastInteraction},
    state::{self, Scope},
    testing::{self, Host, LogLine, StateChange, run},
};
use std::{panic, thread};

fn ada() -> Customer {
    let [id, kind, status] = ["ada", "person", "active"].map(str::to_owned);
    Customer { id, kind, status, name: Some("Ada".to_owned()), language: Some("en".to_owned()) }
}

/// What a call is stopped for; empty where it is not.
fn stopped<R>(host: Host, call: impl FnOnce() -> R) -> String {
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| run(host, call)));
    result.err().and_then(|panic| panic.downcast_ref().cloned()).unwrap_or_default()
}

#[test]
fn state_is_read_changed_and_read_again() {
    let host = Host::new().state(Scope::Customer, "visits", &3).state_bytes(Scope::Shared, "raw", b"bytes");
    let call = || -> Result<(), PluginError> {
        let visits: u32 = state::customer().get("visits")?.unwrap_or(0);
        state::customer().set("visits", &(visits + 1))?;
        assert_eq!(state::customer().get("visits")?, Some(4));
        assert_eq!(state::shared().get::<u32>("visits")?, None);
        assert_eq!(state::shared().get_bytes("raw").as_deref(), Some(b"bytes".as_slice()));
        state::shared().delete("raw");
        assert_eq!(state::shared().get_bytes("raw"), None);
        Ok(())
    };
    let (result, recorded) = run(host.clone(), call);
    assert_eq!(result, Ok(()));
    let changes = [StateChange::set(Scope::Customer, "visits", &4), StateChange::deleted(Scope::Shared, "raw")];
    assert_eq!(recorded.state, changes);
    let (visits, _) = run(host.after(&recorded), || state::customer().get::<u32>("visits").unwrap());
    assert_eq!(visits, Some(4));
}

#[test]
fn state_of_another_form_is_the_plugins_own_error() {
    let host = Host::new().state(Scope::Customer, "visits", "many");
    let (result, _) = run(host, || state::customer().get::<u32>("visits").map_err(PluginError::from));
    let Err(PluginError::Other(sentence)) = result else { panic!("{result:?}") };
    assert!(sentence.contains("`visits`") && sentence.contains("invalid type"), "{sentence}");
}

#[test]
fn look_ups_go_from_page_to_page_and_no_further_than_they_are_asked() {
    let bought = |at: i64| Purchase { occurred_at: at, ..testing::purchase(at, "EUR", 2) };
    let host = (0..250).fold(Host::new(), |host, at| host.purchase(bought(at)));
    let (minors, _) = run(host.clone(), || lookup::purchases().map(|one| one.amount.minor).collect::<Vec<_>>());
    assert_eq!(minors, (0..250).rev().collect::<Vec<_>>());
    let (newest, _) =
        run(host, || lookup::purchases().pages_of(2).take(3).map(|one| one.amount.minor).collect::<Vec<_>>());
    assert_eq!(newest, [249, 248, 247]);
    assert_eq!(run(Host::new(), || lookup::interactions().count()).0, 0);
}

#[test]
fn fields_without_their_grant_are_absent() {
    let bought = Purchase { lines: vec![testing::line(None, 5)], ..testing::purchase(5, "EUR", 2) };
    let contact = testing::past_interaction("Hello", "How are you?");
    let host = Host::new().customer(ada()).purchase(bought).interaction(contact).points("points", 7);
    let look = || (lookup::customer(), lookup::purchases().next(), lookup::interactions().next());
    let ((customer, purchase, contact), _) = run(host.clone(), look);
    assert_eq!(customer, Some(ada()));
    assert_eq!(purchase.unwrap().lines.len(), 1);
    assert_eq!(contact.unwrap().text.as_deref(), Some("How are you?"));
    assert_eq!(run(host.clone(), || (lookup::points("points"), lookup::points("miles"))).0, (7, 0));

    let few = host.granting(["lookup.customer", "lookup.purchases", "lookup.interactions", "lookup.customer.language"]);
    let ((customer, purchase, contact), _) = run(few.clone(), look);
    assert_eq!(customer, Some(Customer { name: None, ..ada() }));
    assert_eq!(purchase.unwrap().lines, []);
    let unread = PastInteraction { subject: None, text: None, ..testing::past_interaction("", "") };
    assert_eq!(contact, Some(unread));
    assert!(stopped(few, || lookup::points("points")).contains("`lookup.points`, which is not granted"));
}

#[test]
fn nobody_is_known_without_a_customer() {
    let host = Host::new().purchase(testing::purchase(5, "EUR", 2)).points("points", 7).without_customer();
    let look = || (lookup::customer(), lookup::points("points"), lookup::purchases().count());
    assert_eq!(run(host.clone(), look).0, (None, 0, 0));
    assert!(stopped(host.clone(), || state::customer().get_bytes("visits")).contains("no customer"));
    assert_eq!(run(host, || state::shared().get_bytes("visits")).0, None);
}

#[test]
fn a_manifest_grants_what_it_asks_for() {
    let host = Host::new().manifest(r#"{ "capabilities": [{ "name": "state.shared", "why": "counts" }] }"#);
    run(host.clone(), || state::shared().delete("count"));
    assert!(stopped(host, || state::customer().delete("count")).contains("`state.customer`"));
    assert!(stopped(Host::new().manifest("{}"), lookup::customer).contains("manifest.json"));
}

#[test]
fn keys_and_values_have_bounds() {
    assert!(stopped(Host::new(), || state::shared().set_bytes("", b"")).contains("1 to 200"));
    assert!(stopped(Host::new(), || state::shared().get_bytes(&"k".repeat(201))).contains("1 to 200"));
    run(Host::new(), || state::shared().set_bytes(&"ü".repeat(200), &vec![0; 65_536]));
    assert!(stopped(Host::new(), || state::shared().set_bytes("k", &vec![0; 65_537])).contains("65537 bytes"));
}

#[test]
fn lines_for_the_log_are_recorded_in_order() {
    let ((), recorded) = run(Host::new(), || {
        log::debug("one");
        log::info(format!("{}", 2));
        log::warn("three");
        log::error("four");
    });
    let line = |level, message: &str| LogLine { level, message: message.to_owned() };
    let lines = [
        line(log::Level::Debug, "one"),
        line(log::Level::Info, "2"),
        line(log::Level::Warn, "three"),
        line(log::Level::Error, "four"),
    ];
    assert_eq!(recorded.log, lines);
}

#[test]
fn runs_do_not_see_one_another() {
    let count = || state::customer().get::<u32>("count").unwrap();
    let outer = Host::new().state(Scope::Customer, "count", &1);
    let ((before, inner, elsewhere, after), _) = run(outer, || {
        let before = count();
        let inner = run(Host::new(), count).0;
        let elsewhere = thread::scope(|scope| scope.spawn(|| run(Host::new(), count).0).join().unwrap());
        stopped(Host::new(), || state::customer().delete(""));
        (before, inner, elsewhere, count())
    });
    assert_eq!((before, inner, elsewhere, after), (Some(1), None, None, Some(1)));
}

#[test]
fn without_a_run_only_the_log_works() {
    log::info("to the standard error");
    let panic = panic::catch_unwind(|| lookup::points("points")).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("testing::run"));
}
