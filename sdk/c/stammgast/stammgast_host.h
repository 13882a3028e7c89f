/// What the host offers to every kind: the log, state and look-ups. Each but the log needs a grant.
#ifndef STAMMGAST_HOST_H
#define STAMMGAST_HOST_H

#include "stammgast_text.h"

#include <errno.h>

/// Writes one line for whoever operates the server, from a format. Never log personal data.
__attribute__((__format__(__printf__, 2, 3)))
static inline void stammgast_log(stammgast_level_t level, const char *format, ...)
{
    va_list arguments;
    stammgast_string_t line;
    va_start(arguments, format);
    line = stammgast_format_v(format, arguments);
    va_end(arguments);
    stammgast_host_log_write(level, &line);
}

/// Ends the call with a fault, and says why in the log; the text reaches the dead letter. For what must never be.
__attribute__((__format__(__printf__, 1, 2), __noreturn__))
static inline void stammgast_abort(const char *format, ...)
{
    va_list arguments;
    stammgast_string_t line;
    va_start(arguments, format);
    line = stammgast_format_v(format, arguments);
    va_end(arguments);
    stammgast_host_log_write(STAMMGAST_LOG_ERROR, &line);
    abort();
}

static inline void stammgast_release_bytes(void *bytes)
{
    (void)bytes;
    STAMMGAST_IN_SANDBOX(plugin_list_u8_free((stammgast_bytes_t *)bytes);)
}

/// Reads a value of the state: true where there is one. Sees this call's own changes.
static inline bool stammgast_get_state(stammgast_scope_t scope, stammgast_string_t key, stammgast_bytes_t *value)
{
    stammgast_string_t clean = stammgast_clean(key);
    stammgast_bytes_t *kept = (stammgast_bytes_t *)stammgast_keep(sizeof *kept, stammgast_release_bytes);
    bool is_some = stammgast_host_state_get(scope, &clean, kept);
    if (!is_some) {
        memset(kept, 0, sizeof *kept);
    }
    *value = *kept;
    return is_some;
}

/// Sets a value of the state, once the call has ended well. Keys have 1 to 200 characters.
static inline void stammgast_set_state(stammgast_scope_t scope, stammgast_string_t key, stammgast_bytes_t value)
{
    stammgast_string_t clean = stammgast_clean(key);
    stammgast_host_state_set(scope, &clean, &value);
}

/// Deletes a value of the state, once the call has ended well.
static inline void stammgast_delete_state(stammgast_scope_t scope, stammgast_string_t key)
{
    stammgast_string_t clean = stammgast_clean(key);
    stammgast_host_state_delete(scope, &clean);
}

/// Reads an integer that `stammgast_set_state_integer` set; `otherwise` where there is none. What is there and is no
/// integer ends the call with a fault.
static inline int64_t stammgast_get_state_integer(stammgast_scope_t scope, stammgast_string_t key, int64_t otherwise)
{
    stammgast_bytes_t value;
    const char *text;
    char *end;
    long long integer;
    if (!stammgast_get_state(scope, key, &value)) {
        return otherwise;
    }
    text = stammgast_c_string(stammgast_string_n((const char *)value.ptr, value.len));
    errno = 0;
    integer = strtoll(text, &end, 10);
    if (errno != 0 || end == text || end != text + value.len) {
        stammgast_abort("the state under `%.*s` is no integer; delete it or read it as bytes", STAMMGAST_ARG(key));
    }
    return integer;
}

/// Sets an integer, as decimal digits.
static inline void stammgast_set_state_integer(stammgast_scope_t scope, stammgast_string_t key, int64_t integer)
{
    stammgast_set_state(scope, key, stammgast_bytes(stammgast_format("%" PRId64, integer)));
}

static inline void stammgast_release_customer(void *customer)
{
    (void)customer;
    STAMMGAST_IN_SANDBOX(stammgast_host_lookup_customer_free((stammgast_customer_t *)customer);)
}

/// The event's customer; NULL where the event has none. Needs the grant `lookup.customer`.
static inline const stammgast_customer_t *stammgast_get_customer(void)
{
    stammgast_customer_t *customer =
        (stammgast_customer_t *)stammgast_keep(sizeof *customer, stammgast_release_customer);
    if (stammgast_host_lookup_get_customer(customer)) {
        return customer;
    }
    memset(customer, 0, sizeof *customer);
    return NULL;
}

/// The event's customer's available points in a program; 0 where there are none. Needs the grant `lookup.points`.
static inline int64_t stammgast_get_points(stammgast_string_t program)
{
    stammgast_string_t clean = stammgast_clean(program);
    return stammgast_host_lookup_get_points(&clean);
}

static inline void stammgast_release_tier(void *tier)
{
    (void)tier;
    STAMMGAST_IN_SANDBOX(stammgast_host_lookup_tier_free((stammgast_tier_t *)tier);)
}

/// The event's customer's tier in a program; its `code` is absent where the customer has none. Needs the grant
/// `lookup.tier`.
static inline const stammgast_tier_t *stammgast_get_tier(stammgast_string_t program)
{
    stammgast_string_t clean = stammgast_clean(program);
    stammgast_tier_t *tier = (stammgast_tier_t *)stammgast_keep(sizeof *tier, stammgast_release_tier);
    stammgast_host_lookup_get_tier(&clean, tier);
    return tier;
}

static inline void stammgast_release_purchases(void *page)
{
    (void)page;
    STAMMGAST_IN_SANDBOX(stammgast_host_lookup_purchase_page_free((stammgast_purchase_page_t *)page);)
}

/// The customer's purchases, newest first, the event's own among them; at most 100 a page. Begin with
/// `stammgast_none()`, and go on with the page's `next` while there is one. Needs the grant `lookup.purchases`; lines
/// need `lookup.purchases.lines`.
static inline const stammgast_purchase_page_t *stammgast_list_purchases(stammgast_option_string_t before,
                                                                        uint32_t limit)
{
    stammgast_string_t clean = stammgast_clean(stammgast_or(before, ""));
    stammgast_purchase_page_t *page =
        (stammgast_purchase_page_t *)stammgast_keep(sizeof *page, stammgast_release_purchases);
    stammgast_host_lookup_list_purchases(before.is_some ? &clean : NULL, limit, page);
    return page;
}

static inline void stammgast_release_interactions(void *page)
{
    (void)page;
    STAMMGAST_IN_SANDBOX(stammgast_host_lookup_interaction_page_free((stammgast_interaction_page_t *)page);)
}

/// The customer's contacts, newest first, the event's own among them; pages as with `stammgast_list_purchases`. Needs
/// the grant `lookup.interactions`.
static inline const stammgast_interaction_page_t *stammgast_list_interactions(stammgast_option_string_t before,
                                                                              uint32_t limit)
{
    stammgast_string_t clean = stammgast_clean(stammgast_or(before, ""));
    stammgast_interaction_page_t *page =
        (stammgast_interaction_page_t *)stammgast_keep(sizeof *page, stammgast_release_interactions);
    stammgast_host_lookup_list_interactions(before.is_some ? &clean : NULL, limit, page);
    return page;
}

#endif
