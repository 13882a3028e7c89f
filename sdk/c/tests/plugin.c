/// What the SDK is tested with: rules, checks and routes that use state, look-ups and the log. `channel.c` is its
/// connector, in a file of its own to show that a plugin may have several; `loyalty.c` has the rules about what is no
/// purchase.
#include "stammgast.h"

/// What all purchases of the customer come to, in minor units, page by page. False where 64 bits do not hold it.
static bool spent(int64_t *sum)
{
    stammgast_option_string_t before = stammgast_none();
    size_t place;
    *sum = 0;
    do {
        const stammgast_purchase_page_t *page = stammgast_list_purchases(before, 2);
        for (place = 0; place < page->purchases.len; place++) {
            if (!stammgast_add(*sum, page->purchases.ptr[place].amount.minor, sum)) {
                return false;
            }
        }
        before = page->next;
    } while (before.is_some);
    return true;
}

/// Every third purchase of an active customer earns what all purchases come to.
bool plugin_on_purchase(const stammgast_event_t *event, const stammgast_purchase_t *purchase,
                        stammgast_config_t *config, stammgast_error_t *error)
{
    const stammgast_string_t key = stammgast_string("purchases"), last = stammgast_string("last");
    const stammgast_customer_t *customer = stammgast_get_customer();
    stammgast_string_t program = stammgast_read_code(config, "program");
    stammgast_string_t name;
    stammgast_bytes_t before;
    int64_t count, sum;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    if (!event->customer.is_some || customer == NULL) {
        return stammgast_unsupported(error, "a purchase of nobody earns nothing");
    }
    stammgast_log(STAMMGAST_LOG_DEBUG, "the last purchase was %s",
                  stammgast_get_state(STAMMGAST_SHARED, last, &before) ? "another" : "nothing");
    stammgast_set_state(STAMMGAST_SHARED, last, stammgast_bytes(purchase->id));
    count = stammgast_get_state_integer(STAMMGAST_CUSTOMER, key, 0) + 1;
    if (count < 3) {
        stammgast_set_state_integer(STAMMGAST_CUSTOMER, key, count);
        return true;
    }
    stammgast_delete_state(STAMMGAST_CUSTOMER, key);
    if (!spent(&sum)) {
        return stammgast_failed(error, "what was bought cannot be counted in 64 bits");
    }
    name = stammgast_or(customer->name, "somebody");
    if (sum > 0 && stammgast_equals(customer->status, "active")) {
        stammgast_earn(program, sum, "third", stammgast_format("%.*s had %" PRId64 " points", STAMMGAST_ARG(name),
                                                               stammgast_get_points(program)));
    }
    return true;
}

/// A contact must say something, and should not be the customer's third or later.
bool plugin_check_interaction(const stammgast_event_t *event, const stammgast_interaction_t *contact,
                              stammgast_config_t *config, stammgast_error_t *error)
{
    const stammgast_interaction_page_t *page = stammgast_list_interactions(stammgast_none(), 100);
    stammgast_evidence_t evidence = stammgast_evidence("text", stammgast_first_characters(contact->text, 500));
    (void)event;
    (void)config;
    if (contact->text.len == 0 && contact->attachments.len == 0) {
        return stammgast_unsupported(error, "there is nothing to check");
    }
    if (stammgast_trim(contact->text).len == 0) {
        stammgast_raise_finding(STAMMGAST_MAJOR, "empty", stammgast_string("the contact says nothing"), NULL);
    }
    if (page->interactions.len > 2) {
        stammgast_raise_finding(STAMMGAST_MINOR, "again",
                                stammgast_format("it is contact number %zu", page->interactions.len), &evidence);
    }
    return true;
}

/// Every question goes to a department. A contact without a department ends the call: a schema would have refused it.
bool plugin_route_interaction(const stammgast_event_t *event, const stammgast_interaction_t *contact,
                              stammgast_config_t *config, stammgast_error_t *error)
{
    stammgast_item_t item = {
        .department = stammgast_read_code(config, "department"),
        .kind = STAMMGAST_QUESTION,
        .topic = stammgast_string("other"),
        .title = stammgast_first_characters(contact->text, 300),
        .code = "question",
        .text = stammgast_string("somebody asks"),
    };
    (void)event;
    (void)error;
    if (config->problem != NULL) {
        stammgast_abort("%s", config->problem);
    }
    if (stammgast_find(contact->text, '?') < contact->text.len) {
        stammgast_open_item(&item);
    }
    return true;
}
