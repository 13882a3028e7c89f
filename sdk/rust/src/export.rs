//! The one macro, and what every exported call begins with.

/// Exports a plugin: `stammgast_sdk::export!(MyPlugin: loyalty, quality);`
///
/// Name the kinds that the manifest names. Each is a feature of this crate, and `MyPlugin` implements its trait. Only a
/// component exports anything; natively the line checks that the traits are there, and tests call them.
///
/// Loyalty has a word for each family of events that the manifest names: `loyalty` is about purchases, and `occasions`,
/// `activities` and `points` stand beside it or without it: `stammgast_sdk::export!(MyPlugin: occasions, points);`
#[macro_export]
macro_rules! export {
    ($plugin:ty: $($kind:ident),+ $(,)?) => {
        $( $crate::__export_kind!($kind, $plugin); )+
    };
    ($($other:tt)*) => {
        ::core::compile_error!("write the plugin and its kinds: `stammgast_sdk::export!(MyPlugin: loyalty);`");
    };
}

/// Exports a plugin for one kind, or one family of its events.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_kind {
    (loyalty, $plugin:ty) => { $crate::__export_kind!(in loyalty::purchases, LoyaltyRules, $plugin); };
    (occasions, $plugin:ty) => { $crate::__export_kind!(in loyalty::occasions, OccasionRules, $plugin); };
    (activities, $plugin:ty) => { $crate::__export_kind!(in loyalty::activities, ActivityRules, $plugin); };
    (points, $plugin:ty) => { $crate::__export_kind!(in loyalty::points, PointsRules, $plugin); };
    (quality, $plugin:ty) => { $crate::__export_kind!(in quality, QualityChecks, $plugin); };
    (channel, $plugin:ty) => { $crate::__export_kind!(in channel, ChannelConnector, $plugin); };
    (feedback, $plugin:ty) => { $crate::__export_kind!(in feedback, FeedbackRoutes, $plugin); };
    (in $($module:ident)::+, $trait:ident, $plugin:ty) => {
        const _: () = {
            const fn implements<P: $crate::$($module)::+::$trait>() {}
            implements::<$plugin>();
        };
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Exports = $crate::$($module)::+::Adapter<$plugin>;
            $crate::$($module)::+::bindings::export!(Exports with_types_in $crate::$($module)::+::bindings);
        };
    };
    ($other:ident, $plugin:ty) => {
        ::core::compile_error!(::core::concat!(
            "there is no kind `",
            ::core::stringify!($other),
            "`; the kinds are loyalty, quality, channel and feedback, and loyalty has occasions, activities and points"
        ));
    };
}

/// A panic ends the call. Its message goes to the host's log, and from there beside the fault that the host records.
#[cfg(target_family = "wasm")]
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| crate::log::error(panic.to_string())));
}

/// Natively the test reports panics.
#[cfg(not(target_family = "wasm"))]
pub const fn report_panics() {}
