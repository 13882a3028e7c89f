//! Bindings of the contract, generated from `wit/`: one module a world, shared types generated once.

/// The world of loyalty rules, and the types and host interfaces that all worlds share.
pub mod loyalty {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-rules",
        imports: { default: async | trappable },
        exports: { default: async },
    });
}

/// The world of quality checks.
pub mod quality {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/quality"],
        world: "stammgast:quality/quality-checks",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "stammgast:types/types": crate::bindings::loyalty::stammgast::types::types,
            "stammgast:host/log": crate::bindings::loyalty::stammgast::host::log,
            "stammgast:host/state": crate::bindings::loyalty::stammgast::host::state,
            "stammgast:host/lookup": crate::bindings::loyalty::stammgast::host::lookup,
        },
    });
}

/// The world of channel connectors.
pub mod channel {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/channel"],
        world: "stammgast:channel/channel-connector",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "stammgast:types/types": crate::bindings::loyalty::stammgast::types::types,
            "stammgast:host/log": crate::bindings::loyalty::stammgast::host::log,
            "stammgast:host/state": crate::bindings::loyalty::stammgast::host::state,
            "stammgast:host/lookup": crate::bindings::loyalty::stammgast::host::lookup,
        },
    });
}

/// The world of feedback routes.
pub mod feedback {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/feedback"],
        world: "stammgast:feedback/feedback-routes",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "stammgast:types/types": crate::bindings::loyalty::stammgast::types::types,
            "stammgast:host/log": crate::bindings::loyalty::stammgast::host::log,
            "stammgast:host/state": crate::bindings::loyalty::stammgast::host::state,
            "stammgast:host/lookup": crate::bindings::loyalty::stammgast::host::lookup,
        },
    });
}
