/// Quality checks: write `plugin_check_interaction`; ask with `stammgast_raise_finding`.
#ifndef STAMMGAST_QUALITY_H
#define STAMMGAST_QUALITY_H

#include "stammgast_call.h"

/// How much a finding matters.
typedef stammgast_quality_effects_severity_t stammgast_severity_t;
/// Worth knowing.
#define STAMMGAST_INFO STAMMGAST_QUALITY_EFFECTS_SEVERITY_INFO
/// Should be put right.
#define STAMMGAST_MINOR STAMMGAST_QUALITY_EFFECTS_SEVERITY_MINOR
/// Must be put right.
#define STAMMGAST_MAJOR STAMMGAST_QUALITY_EFFECTS_SEVERITY_MAJOR
/// Must be put right at once.
#define STAMMGAST_CRITICAL STAMMGAST_QUALITY_EFFECTS_SEVERITY_CRITICAL

/// Yours: called for every recorded contact. Return true, and what you asked for happens; or return an error.
bool plugin_check_interaction(const stammgast_event_t *event, const stammgast_interaction_t *contact,
                              stammgast_config_t *config, stammgast_error_t *error);

/// The checked contact deviates from a standard. Needs the grant `quality.raise-finding`. The code names the broken
/// rule, the text is for people (1 to 1,000 characters); `evidence` may be NULL.
static inline void stammgast_raise_finding(stammgast_severity_t severity, const char *code, stammgast_string_t text,
                                           const stammgast_evidence_t *evidence)
{
    stammgast_reason_t reason = stammgast_reason(code, text);
    if (evidence == NULL) {
        stammgast_quality_effects_raise_finding(severity, &reason, NULL);
    } else {
        stammgast_evidence_t clean = stammgast_clean_evidence(evidence);
        stammgast_quality_effects_raise_finding(severity, &reason, &clean);
    }
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_quality_interaction_checks_check_interaction(
    stammgast_event_t *event, stammgast_interaction_t *contact, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_check_interaction(event, contact, &call.config, &call.error);
    is_well = stammgast_ended_well(&call, is_well);
    if (!is_well) {
        *error = stammgast_plugin_error(&call.error);
    }
    STAMMGAST_IN_SANDBOX(stammgast_free_call();)
    STAMMGAST_IN_SANDBOX(stammgast_types_types_event_context_free(event);)
    STAMMGAST_IN_SANDBOX(stammgast_types_types_interaction_free(contact);)
    STAMMGAST_IN_SANDBOX(plugin_string_free(config);)
    return is_well;
}

#endif
