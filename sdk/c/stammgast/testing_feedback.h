/// Feedback routing in tests: the call, and the items that it opens.
#ifndef STAMMGAST_TESTING_FEEDBACK_H
#define STAMMGAST_TESTING_FEEDBACK_H

#include "testing_contact.h"

/// Asks the plugin who has to hear of a contact. True where the call ends well; then look at `stammgast_test.items`.
static inline bool stammgast_test_route_interaction(const stammgast_interaction_t *contact, const char *config)
{
    stammgast_event_t event = stammgast_test_event("interaction.recorded");
    stammgast_interaction_t told = *contact;
    stammgast_string_t text = stammgast_string(config);
    stammgast_types_types_plugin_error_t error;
    bool is_well;
    stammgast_test_begin(true);
    is_well = exports_stammgast_feedback_interaction_routes_route_interaction(&event, &told, &text, &error);
    return stammgast_test_end_with(is_well, &error);
}

void stammgast_feedback_effects_open_item(stammgast_feedback_effects_item_t *asked)
{
    stammgast_test_item_t item;
    memset(&item, 0, sizeof item);
    stammgast_test_need("feedback.open-item");
    stammgast_test_check_reason(&asked->reason);
    stammgast_test_host_takes(stammgast_is_code(asked->department), "a department has a code");
    stammgast_test_host_takes(stammgast_is_code(asked->topic), "a topic is a code");
    stammgast_test_host_takes(stammgast_test_is_said(asked->title, 300),
                              "a title has 1 to 300 characters, not all of them blank");
    item.department = stammgast_test_copy(asked->department);
    item.kind = asked->kind;
    item.topic = stammgast_test_copy(asked->topic);
    item.title = stammgast_test_copy(asked->title);
    item.code = stammgast_test_copy(asked->reason.code);
    item.text = stammgast_test_copy(asked->reason.text);
    item.has_evidence = asked->evidence.is_some;
    if (asked->evidence.is_some) {
        stammgast_test_check_evidence(&asked->evidence.val);
        item.field = stammgast_test_copy(asked->evidence.val.field);
        item.quote = stammgast_test_copy(asked->evidence.val.quote);
    }
    stammgast_test.items = (stammgast_test_item_t *)stammgast_test_grow(stammgast_test.items,
                                                                        stammgast_test.item_count, sizeof item);
    stammgast_test.items[stammgast_test.item_count++] = item;
}

#endif
