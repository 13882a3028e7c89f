//! What all families of loyalty share, as Rust. Like [`crate::bindings`], this world exports and demands nothing.

#![allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
    inline: "
        package stammgast:sdk;

        world loyalty {
            import stammgast:loyalty/loyalty-types@0.2.1;
            import stammgast:loyalty/effects@0.2.1;
        }
    ",
    world: "stammgast:sdk/loyalty",
    with: {
        "stammgast:types/types@0.2.1": crate::bindings::stammgast::types::types,
    },
    additional_derives: [PartialEq, Eq],
    generate_all,
    generate_unused_types: true,
});
