/// Loyalty rules: write `plugin_on_purchase`; ask with `stammgast_earn`.
#ifndef STAMMGAST_LOYALTY_H
#define STAMMGAST_LOYALTY_H

#include "stammgast_call.h"

/// Yours: called for every purchase. Return true, and what you asked for happens; or return an error.
bool plugin_on_purchase(const stammgast_event_t *event, const stammgast_purchase_t *purchase,
                        stammgast_config_t *config, stammgast_error_t *error);

/// The event's customer earns points, 1 to 1,000,000,000,000. Needs the grant `loyalty.earn`. The code is for machines
/// (`purchase`), the text for people (1 to 1,000 characters).
static inline void stammgast_earn(stammgast_string_t program, int64_t points, const char *code,
                                  stammgast_string_t text)
{
    stammgast_string_t clean = stammgast_clean(program);
    stammgast_reason_t reason = stammgast_reason(code, text);
    stammgast_loyalty_effects_earn(&clean, points, &reason);
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_loyalty_purchase_rules_on_purchase(
    stammgast_event_t *event, stammgast_purchase_t *purchase, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_on_purchase(event, purchase, &call.config, &call.error);
    is_well = stammgast_ended_well(&call, is_well);
    if (!is_well) {
        *error = stammgast_plugin_error(&call.error);
    }
    STAMMGAST_IN_SANDBOX(stammgast_free_call();)
    STAMMGAST_IN_SANDBOX(stammgast_types_types_event_context_free(event);)
    STAMMGAST_IN_SANDBOX(stammgast_types_types_purchase_free(purchase);)
    STAMMGAST_IN_SANDBOX(plugin_string_free(config);)
    return is_well;
}

#endif
