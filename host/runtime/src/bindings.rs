//! Bindings of the contract, generated from `wit/`: one module a world, shared types generated once.

/// The world of rules about purchases, and the types, host interfaces and effects that other worlds share.
pub mod loyalty {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-rules",
        imports: { default: async | trappable },
        exports: { default: async },
    });
}

/// The world of rules about occasions.
pub mod occasions {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-occasions",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "stammgast:types/types": crate::bindings::loyalty::stammgast::types::types,
            "stammgast:host/log": crate::bindings::loyalty::stammgast::host::log,
            "stammgast:host/state": crate::bindings::loyalty::stammgast::host::state,
            "stammgast:host/lookup": crate::bindings::loyalty::stammgast::host::lookup,
            "stammgast:host/reminders": crate::bindings::loyalty::stammgast::host::reminders,
            "stammgast:host/contacts": crate::bindings::loyalty::stammgast::host::contacts,
            "stammgast:loyalty/effects": crate::bindings::loyalty::stammgast::loyalty::effects,
        },
    });
}

/// The world of rules about activities.
pub mod activities {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-activities",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "stammgast:types/types": crate::bindings::loyalty::stammgast::types::types,
            "stammgast:host/log": crate::bindings::loyalty::stammgast::host::log,
            "stammgast:host/state": crate::bindings::loyalty::stammgast::host::state,
            "stammgast:host/lookup": crate::bindings::loyalty::stammgast::host::lookup,
            "stammgast:host/reminders": crate::bindings::loyalty::stammgast::host::reminders,
            "stammgast:host/contacts": crate::bindings::loyalty::stammgast::host::contacts,
            "stammgast:loyalty/effects": crate::bindings::loyalty::stammgast::loyalty::effects,
        },
    });
}

/// The world of rules about points.
pub mod points {
    wasmtime::component::bindgen!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-points",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "stammgast:types/types": crate::bindings::loyalty::stammgast::types::types,
            "stammgast:host/log": crate::bindings::loyalty::stammgast::host::log,
            "stammgast:host/state": crate::bindings::loyalty::stammgast::host::state,
            "stammgast:host/lookup": crate::bindings::loyalty::stammgast::host::lookup,
            "stammgast:host/reminders": crate::bindings::loyalty::stammgast::host::reminders,
            "stammgast:host/contacts": crate::bindings::loyalty::stammgast::host::contacts,
            "stammgast:loyalty/effects": crate::bindings::loyalty::stammgast::loyalty::effects,
        },
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
