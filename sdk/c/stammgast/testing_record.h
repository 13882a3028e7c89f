/// What the host answers in a test, and what the plugin asked for.
#ifndef STAMMGAST_TESTING_RECORD_H
#define STAMMGAST_TESTING_RECORD_H

#include "stammgast.h"

/// A line in the log.
typedef struct {
    stammgast_level_t level;
    stammgast_string_t text;
} stammgast_test_line_t;

#ifdef STAMMGAST_LOYALTY
/// Points that were asked for.
typedef struct {
    stammgast_string_t program;
    int64_t points;
    stammgast_string_t code;
    stammgast_string_t text;
} stammgast_test_earned_t;

/// What sort of effect loyalty rules asked for.
typedef enum {
    STAMMGAST_TEST_EARN,
    STAMMGAST_TEST_EARN_DECIMAL,
    STAMMGAST_TEST_PROPOSE_TIER,
    STAMMGAST_TEST_PROPOSE_NO_TIER,
    STAMMGAST_TEST_ISSUE_VOUCHER,
    STAMMGAST_TEST_MAKE_ELIGIBLE,
    STAMMGAST_TEST_END_ELIGIBILITY,
    STAMMGAST_TEST_SET_REMINDER,
    STAMMGAST_TEST_CANCEL_REMINDER,
    STAMMGAST_TEST_PROPOSE_CONTACT
} stammgast_test_effect_sort_t;

/// An effect that loyalty rules asked for. What its sort does not have is empty.
typedef struct {
    stammgast_test_effect_sort_t sort;
    stammgast_string_t program;
    /// The number of points, as text.
    stammgast_string_t points;
    stammgast_string_t tier;
    stammgast_string_t offer;
    /// The reward, and the last day on which it may be claimed.
    stammgast_string_t reward;
    stammgast_last_day_t last_day;
    /// The reminder's name and day.
    stammgast_string_t name;
    stammgast_date_t day;
    /// The proposed message.
    stammgast_proposed_message_t message;
    /// The reason; reminders have none.
    stammgast_string_t code;
    stammgast_string_t text;
} stammgast_test_effect_t;
#endif

#ifdef STAMMGAST_QUALITY
/// A finding that was raised. Without evidence, field and quote are empty.
typedef struct {
    stammgast_severity_t severity;
    stammgast_string_t code;
    stammgast_string_t text;
    bool has_evidence;
    stammgast_string_t field;
    stammgast_string_t quote;
} stammgast_test_finding_t;
#endif

#ifdef STAMMGAST_FEEDBACK
/// An item that was opened. Without evidence, field and quote are empty.
typedef struct {
    stammgast_string_t department;
    stammgast_feedback_kind_t kind;
    stammgast_string_t topic;
    stammgast_string_t title;
    stammgast_string_t code;
    stammgast_string_t text;
    bool has_evidence;
    stammgast_string_t field;
    stammgast_string_t quote;
} stammgast_test_item_t;
#endif

/// The host of a test. Set what it shall answer before a call; look at the rest afterwards. Each test begins anew.
typedef struct {
    /// Id of the event's customer; NULL for an event without one.
    const char *customer_id;
    /// When the event happened, in milliseconds since 1970-01-01T00:00:00Z.
    int64_t now;
    /// What `stammgast_get_customer` answers; NULL for nobody.
    const stammgast_customer_t *customer;
    /// What `stammgast_get_points` answers, for every program.
    int64_t points;
    /// What `stammgast_get_tier` answers, for every program; none to begin with.
    stammgast_tier_t tier;
    /// The customer's purchases, newest first.
    const stammgast_purchase_t *purchases;
    size_t purchase_count;
    /// The customer's contacts, newest first.
    const stammgast_past_interaction_t *interactions;
    size_t interaction_count;

    /// Why the last call did not end well; `STAMMGAST_NO_ERROR` where it did.
    stammgast_error_t error;
    /// The log of the last call.
    stammgast_test_line_t *lines;
    size_t line_count;
    /// What the last call asked for; nothing where it did not end well.
#ifdef STAMMGAST_LOYALTY
    /// The points that `stammgast_earn` asked for.
    stammgast_test_earned_t *earned;
    size_t earned_count;
    /// All that loyalty rules asked for, those points among it, in this order.
    stammgast_test_effect_t *effects;
    size_t effect_count;
#endif
#ifdef STAMMGAST_QUALITY
    stammgast_test_finding_t *findings;
    size_t finding_count;
#endif
#ifdef STAMMGAST_FEEDBACK
    stammgast_test_item_t *items;
    size_t item_count;
#endif
#ifdef STAMMGAST_CHANNEL
    stammgast_received_message_t *messages;
    size_t message_count;
    /// What the last `plugin_build_send` built.
    stammgast_send_request_t request;
    /// What the last `plugin_read_response` made of it.
    stammgast_send_outcome_t outcome;
#endif
    /// Whether effects and changes of state may be asked for now.
    bool takes_effects;
    /// What the manifest asks for; NULL where a test grants all.
    yyjson_val *capabilities;
} stammgast_test_t;

/// The host of the test that is running.
static stammgast_test_t stammgast_test;

/// A copy that lasts until the test has ended.
static inline stammgast_string_t stammgast_test_copy(stammgast_string_t string)
{
    return stammgast_string_n(stammgast_c_string(string), string.len);
}

/// Room for one more at the end of an array.
static inline void *stammgast_test_grow(void *items, size_t count, size_t size)
{
    void *grown;
    // Full whenever the count is a power of two, or nothing.
    if ((count & (count - 1)) != 0) {
        return items;
    }
    grown = stammgast_allocate_array(count == 0 ? 1 : 2 * count, size);
    if (count != 0) {
        memcpy(grown, items, count * size);
    }
    return grown;
}

#endif
