/// Short names for the records of the contract that every kind knows. `bindings.h` says what is in them.
#ifndef STAMMGAST_TYPES_H
#define STAMMGAST_TYPES_H

#include "bindings.h"

/// Text: `len` bytes of UTF-8 at `ptr`. No zero byte ends it, and zero bytes may stand in it.
typedef plugin_string_t stammgast_string_t;
/// Text that may be absent: `val` counts where `is_some` is true, and only there.
typedef plugin_option_string_t stammgast_option_string_t;
/// Any bytes: `len` of them at `ptr`.
typedef plugin_list_u8_t stammgast_bytes_t;

/// Several texts.
#ifdef STAMMGAST_CHANNEL
typedef plugin_list_string_t stammgast_strings_t;
#else
typedef struct {
    stammgast_string_t *ptr;
    size_t len;
} stammgast_strings_t;
#endif

/// What every call is told about the event it is called for.
typedef stammgast_types_types_event_context_t stammgast_event_t;
/// A day of the calendar, in the tenant's time zone: year, month from 1, day from 1.
typedef stammgast_types_types_date_t stammgast_date_t;
/// An amount of money.
typedef stammgast_types_types_money_t stammgast_money_t;
/// One purchase.
typedef stammgast_types_types_purchase_t stammgast_purchase_t;
/// One line of a purchase.
typedef stammgast_types_types_purchase_line_t stammgast_purchase_line_t;
/// One contact with a customer.
typedef stammgast_types_types_interaction_t stammgast_interaction_t;
/// An attachment, by description.
typedef stammgast_types_types_attachment_t stammgast_attachment_t;
/// Why an effect is asked for.
typedef stammgast_types_types_reason_t stammgast_reason_t;
/// Where in a record something shows.
typedef stammgast_types_types_evidence_t stammgast_evidence_t;

/// Which way a contact went.
typedef stammgast_types_types_direction_t stammgast_direction_t;
/// From the customer to the company.
#define STAMMGAST_INBOUND STAMMGAST_TYPES_TYPES_DIRECTION_INBOUND
/// From the company to the customer.
#define STAMMGAST_OUTBOUND STAMMGAST_TYPES_TYPES_DIRECTION_OUTBOUND

/// How much a message in the log matters.
typedef stammgast_host_log_level_t stammgast_level_t;
/// For the author.
#define STAMMGAST_LOG_DEBUG STAMMGAST_HOST_LOG_LEVEL_DEBUG
/// For the record.
#define STAMMGAST_LOG_INFO STAMMGAST_HOST_LOG_LEVEL_INFO
/// Somebody should look.
#define STAMMGAST_LOG_WARN STAMMGAST_HOST_LOG_LEVEL_WARN
/// Somebody must look.
#define STAMMGAST_LOG_ERROR STAMMGAST_HOST_LOG_LEVEL_ERROR

/// Whose state a key belongs to.
typedef stammgast_host_state_scope_t stammgast_scope_t;
/// The customer of the event. Needs the grant `state.customer`.
#define STAMMGAST_CUSTOMER STAMMGAST_HOST_STATE_SCOPE_CUSTOMER
/// The whole installation. Needs the grant `state.shared`.
#define STAMMGAST_SHARED STAMMGAST_HOST_STATE_SCOPE_SHARED

/// A customer as the host knows it.
typedef stammgast_host_lookup_customer_t stammgast_customer_t;
/// Where a customer stands in a program that has tiers.
typedef stammgast_host_lookup_tier_t stammgast_tier_t;
/// A page of purchases, newest first.
typedef stammgast_host_lookup_purchase_page_t stammgast_purchase_page_t;
/// A contact of the past.
typedef stammgast_host_lookup_past_interaction_t stammgast_past_interaction_t;
/// A page of contacts, newest first.
typedef stammgast_host_lookup_interaction_page_t stammgast_interaction_page_t;

#endif
