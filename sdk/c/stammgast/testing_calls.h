/// Calls of the plugin as the host makes them, and the effects that it asks for.
#ifndef STAMMGAST_TESTING_CALLS_H
#define STAMMGAST_TESTING_CALLS_H

#include "testing_host.h"

static inline void stammgast_test_forget_effects(void)
{
#ifdef STAMMGAST_LOYALTY
    stammgast_test.earned_count = 0;
    stammgast_test.effect_count = 0;
#endif
#ifdef STAMMGAST_QUALITY
    stammgast_test.finding_count = 0;
#endif
#ifdef STAMMGAST_FEEDBACK
    stammgast_test.item_count = 0;
#endif
#ifdef STAMMGAST_CHANNEL
    stammgast_test.message_count = 0;
#endif
}

/// Runs a test with a host that knows nothing yet.
static inline void stammgast_test_run(void (*test)(void), const char *name)
{
    static const stammgast_test_t anew;
    int failures = stammgast_test_failures;
    // Letters beyond ASCII are letters in the sandbox; natively only where the locale says so.
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL && setlocale(LC_CTYPE, "en_US.UTF-8") == NULL) {
        setlocale(LC_CTYPE, "");
    }
    stammgast_free_call();
    stammgast_test_clear(&stammgast_test_state);
    stammgast_test = anew;
    stammgast_test.customer_id = "customer-1";
    test();
    printf("%s %s\n", stammgast_test_failures == failures ? "ok    " : "FAILED", name);
}

/// Says how many expectations were missed; what `main` returns.
static inline int stammgast_test_result(void)
{
    stammgast_free_call();
    stammgast_test_clear(&stammgast_test_state);
    stammgast_test_clear(&stammgast_test_state_before);
    if (stammgast_test_failures != 0) {
        printf("%d missed\n", stammgast_test_failures);
    }
    return stammgast_test_failures == 0 ? 0 : 1;
}

static inline void stammgast_test_begin(bool takes_effects)
{
    stammgast_test_forget_effects();
    stammgast_test.line_count = 0;
    stammgast_test.error.sort = STAMMGAST_NO_ERROR;
    stammgast_test.error.text = stammgast_string("");
    stammgast_test.takes_effects = takes_effects;
    stammgast_test_keep_state(&stammgast_test_state_before, stammgast_test_state);
}

/// After an error, nothing has happened.
static inline bool stammgast_test_end(bool is_well)
{
    if (!is_well) {
        stammgast_test_forget_effects();
        stammgast_test_keep_state(&stammgast_test_state, stammgast_test_state_before);
    }
    return is_well;
}

static inline stammgast_event_t stammgast_test_event(const char *type)
{
    stammgast_event_t event;
    memset(&event, 0, sizeof event);
    event.seq = 1;
    event.event_type = stammgast_string(type);
    event.occurred_at = stammgast_test.now;
    event.recorded_at = stammgast_test.now;
    if (stammgast_test.customer_id != NULL) {
        event.customer = stammgast_some(stammgast_string(stammgast_test.customer_id));
    }
    return event;
}

#if defined(STAMMGAST_LOYALTY) || defined(STAMMGAST_QUALITY) || defined(STAMMGAST_FEEDBACK)
static inline bool stammgast_test_end_with(bool is_well, const stammgast_types_types_plugin_error_t *error)
{
    static const int sorts[] = {STAMMGAST_INVALID_CONFIG, STAMMGAST_UNSUPPORTED, STAMMGAST_FAILED};
    if (!is_well) {
        stammgast_test.error.sort = sorts[error->tag];
        stammgast_test.error.text = error->val.other;
    }
    return stammgast_test_end(is_well);
}

/// Whether a text has something to say, in at most so many characters.
static inline bool stammgast_test_is_said(stammgast_string_t text, size_t most)
{
    return stammgast_trim(text).len != 0 && stammgast_first_characters(text, most).len == text.len;
}

static inline void stammgast_test_check_reason(const stammgast_reason_t *reason)
{
    stammgast_test_host_takes(stammgast_test.takes_effects, "no effects where messages are sent");
    stammgast_test_host_takes(stammgast_is_code(reason->code),
                              "a reason's code has 1 to 64 of a-z, 0-9, `.`, `_`, `-`, a letter or digit first");
    stammgast_test_host_takes(stammgast_test_is_said(reason->text, 1000),
                              "a reason's text has 1 to 1,000 characters, not all of them blank");
}
#endif

#if defined(STAMMGAST_QUALITY) || defined(STAMMGAST_FEEDBACK)
static inline void stammgast_test_check_evidence(const stammgast_evidence_t *evidence)
{
    stammgast_string_t start = stammgast_first_characters(evidence->quote, 500);
    stammgast_test_host_takes(stammgast_is_code(evidence->field), "a field of evidence is a code");
    stammgast_test_host_takes(start.len == evidence->quote.len, "a quote has at most 500 characters");
}
#endif

#ifdef STAMMGAST_LOYALTY
#include "testing_loyalty.h"
#endif

#ifdef STAMMGAST_QUALITY
#include "testing_quality.h"
#endif

#ifdef STAMMGAST_CHANNEL
#include "testing_channel.h"
#endif

#ifdef STAMMGAST_FEEDBACK
#include "testing_feedback.h"
#endif

#endif
