/// The host's functions, as a test answers them.
#ifndef STAMMGAST_TESTING_HOST_H
#define STAMMGAST_TESTING_HOST_H

#include "testing_expect.h"
#include "testing_grants.h"
#include "testing_record.h"

/// A value of the state. It outlasts calls.
typedef struct stammgast_test_value {
    struct stammgast_test_value *next;
    stammgast_scope_t scope;
    char *key;
    size_t key_len;
    uint8_t *bytes;
    size_t len;
} stammgast_test_value_t;

/// The state, and the state as it was before the call.
static stammgast_test_value_t *stammgast_test_state = NULL, *stammgast_test_state_before = NULL;

static inline void *stammgast_test_duplicate(const void *bytes, size_t len)
{
    void *copy = malloc(len + 1);
    if (copy == NULL) {
        abort();
    }
    if (len != 0) {
        memcpy(copy, bytes, len);
    }
    return copy;
}

static inline void stammgast_test_put(stammgast_test_value_t **state, stammgast_scope_t scope, const void *key,
                                      size_t key_len, const void *bytes, size_t len)
{
    stammgast_test_value_t *value = (stammgast_test_value_t *)calloc(1, sizeof *value);
    if (value == NULL) {
        abort();
    }
    value->next = *state;
    value->scope = scope;
    value->key = (char *)stammgast_test_duplicate(key, key_len);
    value->key_len = key_len;
    value->bytes = (uint8_t *)stammgast_test_duplicate(bytes, len);
    value->len = len;
    *state = value;
}

static inline void stammgast_test_drop(stammgast_test_value_t **place)
{
    stammgast_test_value_t *value = *place;
    *place = value->next;
    free(value->key);
    free(value->bytes);
    free(value);
}

static inline void stammgast_test_clear(stammgast_test_value_t **state)
{
    while (*state != NULL) {
        stammgast_test_drop(state);
    }
}

static inline stammgast_test_value_t **stammgast_test_find(stammgast_scope_t scope, const stammgast_string_t *key)
{
    stammgast_test_value_t **place = &stammgast_test_state;
    for (; *place != NULL; place = &(*place)->next) {
        const stammgast_test_value_t *value = *place;
        if (value->scope == scope && stammgast_same(stammgast_string_n(value->key, value->key_len), *key)) {
            break;
        }
    }
    return place;
}

static inline void stammgast_test_keep_state(stammgast_test_value_t **into, const stammgast_test_value_t *from)
{
    stammgast_test_clear(into);
    for (; from != NULL; from = from->next) {
        stammgast_test_put(into, from->scope, from->key, from->key_len, from->bytes, from->len);
    }
}

void stammgast_host_log_write(stammgast_level_t level, stammgast_string_t *message)
{
    stammgast_test_line_t line = {level, stammgast_test_copy(*message)};
    stammgast_test.lines = (stammgast_test_line_t *)stammgast_test_grow(stammgast_test.lines,
                                                                         stammgast_test.line_count, sizeof line);
    stammgast_test.lines[stammgast_test.line_count++] = line;
    // The only trace of a call that ends in a fault.
    if (level == STAMMGAST_LOG_ERROR) {
        fprintf(stderr, "the plugin says: %.*s\n", STAMMGAST_ARG(line.text));
    }
}

static inline void stammgast_test_check_key(stammgast_scope_t scope, const stammgast_string_t *key)
{
    stammgast_string_t whole = stammgast_first_characters(*key, 200);
    stammgast_test_need(scope == STAMMGAST_SHARED ? "state.shared" : "state.customer");
    stammgast_test_host_takes(key->len >= 1 && whole.len == key->len, "keys of the state have 1 to 200 characters");
    stammgast_test_host_takes(scope == STAMMGAST_SHARED || stammgast_test.customer_id != NULL,
                              "without a customer there is no customer's state");
}

bool stammgast_host_state_get(stammgast_scope_t scope, stammgast_string_t *key, stammgast_bytes_t *value)
{
    const stammgast_test_value_t *found = *stammgast_test_find(scope, key);
    stammgast_test_check_key(scope, key);
    if (found == NULL) {
        return false;
    }
    *value = stammgast_bytes(stammgast_test_copy(stammgast_string_n((const char *)found->bytes, found->len)));
    return true;
}

void stammgast_host_state_delete(stammgast_scope_t scope, stammgast_string_t *key)
{
    stammgast_test_value_t **place = stammgast_test_find(scope, key);
    stammgast_test_check_key(scope, key);
    stammgast_test_host_takes(stammgast_test.takes_effects, "no changes of state where messages are sent");
    if (*place != NULL) {
        stammgast_test_drop(place);
    }
}

void stammgast_host_state_set(stammgast_scope_t scope, stammgast_string_t *key, stammgast_bytes_t *value)
{
    stammgast_test_host_takes(value->len <= 64 << 10, "values of the state have at most 64 KiB");
    stammgast_host_state_delete(scope, key);
    stammgast_test_put(&stammgast_test_state, scope, key->ptr, key->len, value->ptr, value->len);
}

bool stammgast_host_lookup_get_customer(stammgast_customer_t *customer)
{
    stammgast_test_need("lookup.customer");
    if (stammgast_test.customer != NULL) {
        *customer = *stammgast_test.customer;
    }
    return stammgast_test.customer != NULL;
}

int64_t stammgast_host_lookup_get_points(stammgast_string_t *program)
{
    stammgast_test_need("lookup.points");
    stammgast_test_host_takes(stammgast_is_code(*program), "a program has a code");
    return stammgast_test.points;
}

void stammgast_host_lookup_get_tier(stammgast_string_t *program, stammgast_tier_t *tier)
{
    stammgast_test_need("lookup.tier");
    stammgast_test_host_takes(stammgast_is_code(*program), "a program has a code");
    *tier = stammgast_test.tier;
}

/// Where a page begins and how long it is; `next` is a place, as digits.
static inline size_t stammgast_test_page(const stammgast_string_t *before, uint32_t limit, size_t count, size_t *start,
                                         stammgast_option_string_t *next)
{
    size_t len = limit < 100 ? limit : 100;
    *start = before == NULL ? 0 : (size_t)strtoull(stammgast_c_string(*before), NULL, 10);
    *start = *start < count ? *start : count;
    len = len < count - *start ? len : count - *start;
    *next = *start + len < count ? stammgast_some(stammgast_format("%zu", *start + len)) : stammgast_none();
    return len;
}

void stammgast_host_lookup_list_purchases(stammgast_string_t *before, uint32_t limit, stammgast_purchase_page_t *page)
{
    size_t start, size = sizeof *page->purchases.ptr;
    stammgast_test_need("lookup.purchases");
    page->purchases.len = stammgast_test_page(before, limit, stammgast_test.purchase_count, &start, &page->next);
    page->purchases.ptr = (stammgast_purchase_t *)stammgast_allocate_array(page->purchases.len, size);
    if (page->purchases.len != 0) {
        memcpy(page->purchases.ptr, stammgast_test.purchases + start, page->purchases.len * size);
    }
}

void stammgast_host_lookup_list_interactions(stammgast_string_t *before, uint32_t limit,
                                             stammgast_interaction_page_t *page)
{
    size_t start, size = sizeof *page->interactions.ptr;
    stammgast_test_need("lookup.interactions");
    page->interactions.len = stammgast_test_page(before, limit, stammgast_test.interaction_count, &start, &page->next);
    page->interactions.ptr = (stammgast_past_interaction_t *)stammgast_allocate_array(page->interactions.len, size);
    if (page->interactions.len != 0) {
        memcpy(page->interactions.ptr, stammgast_test.interactions + start, page->interactions.len * size);
    }
}

#endif
