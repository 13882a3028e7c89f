/// Feedback routing: write `plugin_route_interaction`; ask with `stammgast_open_item`.
#ifndef STAMMGAST_FEEDBACK_H
#define STAMMGAST_FEEDBACK_H

#include "stammgast_call.h"

/// What sort of feedback it is.
typedef stammgast_feedback_effects_kind_t stammgast_feedback_kind_t;
/// Something went wrong.
#define STAMMGAST_COMPLAINT STAMMGAST_FEEDBACK_EFFECTS_KIND_COMPLAINT
/// Something went well.
#define STAMMGAST_PRAISE STAMMGAST_FEEDBACK_EFFECTS_KIND_PRAISE
/// Something could be better.
#define STAMMGAST_SUGGESTION STAMMGAST_FEEDBACK_EFFECTS_KIND_SUGGESTION
/// Something is unclear.
#define STAMMGAST_QUESTION STAMMGAST_FEEDBACK_EFFECTS_KIND_QUESTION

/// One piece of feedback for one department.
typedef struct {
    /// The department's code. It must exist in the tenant.
    stammgast_string_t department;
    /// What sort of feedback.
    stammgast_feedback_kind_t kind;
    /// What it is about: a code such as `delivery`.
    stammgast_string_t topic;
    /// A line that says what it is; 1 to 300 characters.
    stammgast_string_t title;
    /// Why it is sent there, as a code for machines.
    const char *code;
    /// Why it is sent there, in a sentence for people; 1 to 1,000 characters.
    stammgast_string_t text;
    /// The words that led there; may be NULL.
    const stammgast_evidence_t *evidence;
} stammgast_item_t;

/// Yours: called for every recorded contact. Return true, and what you asked for happens; or return an error.
bool plugin_route_interaction(const stammgast_event_t *event, const stammgast_interaction_t *contact,
                              stammgast_config_t *config, stammgast_error_t *error);

/// A department has to hear this. Needs the grant `feedback.open-item`.
static inline void stammgast_open_item(const stammgast_item_t *item)
{
    stammgast_feedback_effects_item_t clean;
    memset(&clean, 0, sizeof clean);
    clean.department = stammgast_clean(item->department);
    clean.kind = item->kind;
    clean.topic = stammgast_clean(item->topic);
    clean.title = stammgast_clean(item->title);
    clean.reason = stammgast_reason(item->code, item->text);
    clean.evidence.is_some = item->evidence != NULL;
    if (item->evidence != NULL) {
        clean.evidence.val = stammgast_clean_evidence(item->evidence);
    }
    stammgast_feedback_effects_open_item(&clean);
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_feedback_interaction_routes_route_interaction(
    stammgast_event_t *event, stammgast_interaction_t *contact, stammgast_string_t *config,
    stammgast_types_types_plugin_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config)
        && plugin_route_interaction(event, contact, &call.config, &call.error);
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
