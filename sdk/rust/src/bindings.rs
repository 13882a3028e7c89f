//! The packages of the contract that all kinds share, as Rust.
//!
//! This world exports nothing, and a component leaves out imports that it does not use: so it demands nothing. Only the
//! feature `loyalty` calls reminders and contacts; plugins of other kinds import neither. The bindings of each kind use
//! these types instead of making their own: a [`crate::Reason`] is the same whichever features are on. What a kind's
//! world exports is demanded where [`crate::export!`] names the kind (`pub_export_macro`), and not where its feature
//! alone is on.

#![allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../wit/types", "../../wit/host"],
    inline: "
        package stammgast:sdk;

        world shared {
            import stammgast:types/types@0.2.1;
            import stammgast:host/log@0.2.1;
            import stammgast:host/state@0.2.1;
            import stammgast:host/lookup@0.2.1;
            import stammgast:host/reminders@0.2.1;
            import stammgast:host/contacts@0.2.1;
        }
    ",
    world: "stammgast:sdk/shared",
    additional_derives: [PartialEq, Eq],
    generate_all,
    generate_unused_types: true,
});
