/// Loyalty rules: write `plugin_on_purchase`, `plugin_on_occasion`, `plugin_on_activity` or `plugin_on_points`, one or
/// several; ask with `stammgast_earn` and the others in `stammgast_loyalty_effects.h`.
///
/// The manifest's events say which of them you write, and so does `STAMMGAST_LOYALTY_PURCHASES`, `…_OCCASIONS`,
/// `…_ACTIVITIES` or `…_POINTS`: `stammgast plugin build` defines them, a native test defines them itself.
#ifndef STAMMGAST_LOYALTY_H
#define STAMMGAST_LOYALTY_H

#include "stammgast_loyalty_effects.h"

/// Ends a call of whichever family: says why, where it did not end well, and frees what all of them are told.
static inline bool stammgast_end_loyalty(stammgast_call_t *call, bool is_well, stammgast_event_t *event,
                                         stammgast_string_t *config, stammgast_types_types_plugin_error_t *error)
{
    is_well = stammgast_ended_well(call, is_well);
    if (!is_well) {
        *error = stammgast_plugin_error(&call->error);
    }
    (void)event;
    (void)config;
    STAMMGAST_IN_SANDBOX(stammgast_free_call();)
    STAMMGAST_IN_SANDBOX(stammgast_types_types_event_context_free(event);)
    STAMMGAST_IN_SANDBOX(plugin_string_free(config);)
    return is_well;
}

#ifdef STAMMGAST_LOYALTY_PURCHASES
/// Yours: called for every purchase. Return true, and what you asked for happens; or return an error.
bool plugin_on_purchase(const stammgast_event_t *event, const stammgast_purchase_t *purchase,
                        stammgast_config_t *config, stammgast_error_t *error);

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_loyalty_purchase_rules_on_purchase(
    stammgast_event_t *event, stammgast_purchase_t *purchase, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_on_purchase(event, purchase, &call.config, &call.error);
    is_well = stammgast_end_loyalty(&call, is_well, event, config, error);
    STAMMGAST_IN_SANDBOX(stammgast_types_types_purchase_free(purchase);)
    return is_well;
}
#endif

#ifdef STAMMGAST_LOYALTY_OCCASIONS
/// A day that matters to a customer or to the customer's points.
typedef stammgast_loyalty_loyalty_types_occasion_t stammgast_occasion_t;

/// Yours: called for every occasion, once, at the beginning of its day in the tenant's time zone, and later where the
/// server was down. There will be more kinds of them: pass over what you do not know.
bool plugin_on_occasion(const stammgast_event_t *event, const stammgast_occasion_t *occasion,
                        stammgast_config_t *config, stammgast_error_t *error);

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_loyalty_occasion_rules_on_occasion(
    stammgast_event_t *event, stammgast_occasion_t *occasion, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_on_occasion(event, occasion, &call.config, &call.error);
    is_well = stammgast_end_loyalty(&call, is_well, event, config, error);
    STAMMGAST_IN_SANDBOX(stammgast_loyalty_loyalty_types_occasion_free(occasion);)
    return is_well;
}
#endif

#ifdef STAMMGAST_LOYALTY_ACTIVITIES
/// Something that a customer did, and that is no purchase.
typedef stammgast_loyalty_loyalty_types_activity_t stammgast_activity_t;

/// Yours: called for every activity. Return true, and what you asked for happens; or return an error.
bool plugin_on_activity(const stammgast_event_t *event, const stammgast_activity_t *activity,
                        stammgast_config_t *config, stammgast_error_t *error);

/// A detail of an activity, by its name as the source wrote it; absent where there is none.
static inline stammgast_option_string_t stammgast_detail(const stammgast_activity_t *activity, const char *name)
{
    size_t place;
    for (place = 0; place < activity->details.len; place++) {
        if (stammgast_equals(activity->details.ptr[place].f0, name)) {
            return stammgast_some(activity->details.ptr[place].f1);
        }
    }
    return stammgast_none();
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_loyalty_activity_rules_on_activity(
    stammgast_event_t *event, stammgast_activity_t *activity, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_on_activity(event, activity, &call.config, &call.error);
    is_well = stammgast_end_loyalty(&call, is_well, event, config, error);
    STAMMGAST_IN_SANDBOX(stammgast_loyalty_loyalty_types_activity_free(activity);)
    return is_well;
}
#endif

#ifdef STAMMGAST_LOYALTY_POINTS
/// Points that moved.
typedef stammgast_loyalty_loyalty_types_points_change_t stammgast_points_change_t;

/// Yours: called whenever a customer's points moved, those among them that you asked for yourself. There will be more
/// movements: pass over what you do not know.
bool plugin_on_points(const stammgast_event_t *event, const stammgast_points_change_t *change,
                      stammgast_config_t *config, stammgast_error_t *error);

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_loyalty_points_rules_on_points(
    stammgast_event_t *event, stammgast_points_change_t *change, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_on_points(event, change, &call.config, &call.error);
    is_well = stammgast_end_loyalty(&call, is_well, event, config, error);
    STAMMGAST_IN_SANDBOX(stammgast_loyalty_loyalty_types_points_change_free(change);)
    return is_well;
}
#endif

#endif
