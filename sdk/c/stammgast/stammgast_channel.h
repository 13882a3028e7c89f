/// Channel connectors: write `plugin_read_message`, `plugin_build_send` and `plugin_read_response`.
#ifndef STAMMGAST_CHANNEL_H
#define STAMMGAST_CHANNEL_H

#include "stammgast_channel_answer.h"
#include "stammgast_words.h"

/// The request that `plugin_build_send` builds. Fill it with `stammgast_send_mail` or `stammgast_send_http`.
typedef stammgast_channel_channel_types_send_request_t stammgast_send_request_t;
/// What became of a message. Fill it with `stammgast_sent`, `stammgast_later` or `stammgast_rejected`.
typedef stammgast_channel_channel_types_send_outcome_t stammgast_send_outcome_t;

/// Of a request or an outcome that nobody has filled.
#define STAMMGAST_UNFILLED 0xFF

/// Yours: called for every delivery. Return true, and what you asked for happens; or return an error.
bool plugin_read_message(const stammgast_event_t *event, const stammgast_raw_message_t *raw,
                         stammgast_config_t *config, stammgast_error_t *error);

/// Yours: builds the request that sends a message. No effects and no changes of state may be asked for here.
bool plugin_build_send(const stammgast_outgoing_message_t *message, stammgast_config_t *config,
                       stammgast_send_request_t *request, stammgast_error_t *error);

/// Yours: says what a response over HTTP means for a message. No effects and no changes of state may be asked for here.
bool plugin_read_response(const stammgast_outgoing_message_t *message, const stammgast_http_response_t *response,
                          stammgast_config_t *config, stammgast_send_outcome_t *outcome, stammgast_error_t *error);

/// The bytes are not a message of this channel: `return stammgast_malformed(error, "…");`
__attribute__((__format__(__printf__, 2, 3)))
static inline bool stammgast_malformed(stammgast_error_t *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->sort = STAMMGAST_MALFORMED;
    error->text = stammgast_format_v(format, arguments);
    va_end(arguments);
    return false;
}

static inline stammgast_strings_t stammgast_clean_strings(stammgast_strings_t strings)
{
    stammgast_strings_t clean = {NULL, strings.len};
    size_t place;
    clean.ptr = (stammgast_string_t *)stammgast_allocate_array(strings.len, sizeof *clean.ptr);
    for (place = 0; place < strings.len; place++) {
        clean.ptr[place] = stammgast_clean(strings.ptr[place]);
    }
    return clean;
}

/// The raw bytes held this message. Needs the grant `channel.receive-message`.
static inline void stammgast_receive_message(const stammgast_received_message_t *message)
{
    stammgast_received_message_t clean = *message;
    size_t place;
    clean.external_id = stammgast_clean_option(message->external_id);
    clean.party.val.name = stammgast_clean_option(message->party.val.name);
    clean.party.val.address = stammgast_clean(message->party.val.address);
    clean.subject = stammgast_clean_option(message->subject);
    clean.text = stammgast_clean(message->text);
    clean.attachments.ptr = (stammgast_attachment_t *)stammgast_allocate_array(message->attachments.len,
                                                                               sizeof *clean.attachments.ptr);
    for (place = 0; place < message->attachments.len; place++) {
        clean.attachments.ptr[place].name = stammgast_clean(message->attachments.ptr[place].name);
        clean.attachments.ptr[place].media_type = stammgast_clean(message->attachments.ptr[place].media_type);
        clean.attachments.ptr[place].size = message->attachments.ptr[place].size;
    }
    clean.message_id = stammgast_clean_option(message->message_id);
    clean.in_reply_to = stammgast_clean_strings(message->in_reply_to);
    clean.references = stammgast_clean_strings(message->references);
    clean.agent = stammgast_clean_option(message->agent);
    stammgast_channel_effects_receive_message(&clean);
}

/// Hands a message to the tenant's mail server: `return stammgast_send_mail(request, &mail);`
static inline bool stammgast_send_mail(stammgast_send_request_t *request, const stammgast_mail_request_t *mail)
{
    request->tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_REQUEST_MAIL;
    request->val.mail = stammgast_answer_mail(mail);
    return true;
}

/// Sends a request over HTTP: `return stammgast_send_http(request, &http);` Needs the grant `channel.send-http`.
static inline bool stammgast_send_http(stammgast_send_request_t *request, const stammgast_http_request_t *http)
{
    request->tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_REQUEST_HTTP;
    request->val.http = stammgast_answer_http(http);
    return true;
}

/// The provider took the message, and may have given it an id: `return stammgast_sent(outcome, stammgast_none());`
static inline bool stammgast_sent(stammgast_send_outcome_t *outcome, stammgast_option_string_t id)
{
    outcome->tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_SENT;
    outcome->val.sent = stammgast_answer_option(id);
    return true;
}

/// Not now: to be tried again, after this many milliseconds at least (0 where the provider does not say); why, for
/// people.
static inline bool stammgast_later(stammgast_send_outcome_t *outcome, uint64_t after_ms, stammgast_string_t why)
{
    outcome->tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_LATER;
    outcome->val.later.reason = stammgast_answer_string(why);
    outcome->val.later.after_ms.is_some = after_ms != 0;
    outcome->val.later.after_ms.val = after_ms;
    return true;
}

/// The provider will not take the message; why, for people.
static inline bool stammgast_rejected(stammgast_send_outcome_t *outcome, stammgast_string_t why)
{
    outcome->tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_REJECTED;
    outcome->val.rejected = stammgast_answer_string(why);
    return true;
}

/// What the status alone says: 2xx is sent, 408, 425, 429 and 5xx are to be tried again (after the seconds of
/// `retry-after`), and everything else is rejected: `return stammgast_by_status(outcome, response);`
static inline bool stammgast_by_status(stammgast_send_outcome_t *outcome, const stammgast_http_response_t *response)
{
    const unsigned status = response->status;
    stammgast_string_t says = stammgast_format("the provider answered with status %u", status);
    stammgast_string_t after = stammgast_trim(stammgast_or(stammgast_response_header(response, "retry-after"), ""));
    uint64_t seconds = 0;
    size_t place;
    if (status >= 200 && status <= 299) {
        return stammgast_sent(outcome, stammgast_none());
    }
    // Request Timeout (RFC 9110), Too Early (RFC 8470) and Too Many Requests (RFC 6585): later, the same may do.
    if (status != 408 && status != 425 && status != 429 && (status < 500 || status > 599)) {
        return stammgast_rejected(outcome, says);
    }
    // Of a date, and of more than nine digits, nothing is kept.
    for (place = 0; place < after.len; place++) {
        if (after.len > 9 || after.ptr[place] < '0' || after.ptr[place] > '9') {
            return stammgast_later(outcome, 0, says);
        }
        seconds = seconds * 10 + (uint64_t)(after.ptr[place] - '0');
    }
    return stammgast_later(outcome, seconds * 1000, says);
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_channel_inbound_read_message(
    stammgast_event_t *event, stammgast_raw_message_t *raw, stammgast_string_t *config,
    stammgast_channel_channel_types_channel_error_t *error)
{
    stammgast_call_t call;
    bool is_well = stammgast_begin_call(&call, config) && plugin_read_message(event, raw, &call.config, &call.error);
    is_well = stammgast_ended_well(&call, is_well);
    if (!is_well) {
        *error = stammgast_channel_error(&call.error);
    }
    STAMMGAST_IN_SANDBOX(stammgast_free_call();)
    STAMMGAST_IN_SANDBOX(stammgast_types_types_event_context_free(event);)
    STAMMGAST_IN_SANDBOX(stammgast_channel_channel_types_raw_message_free(raw);)
    STAMMGAST_IN_SANDBOX(plugin_string_free(config);)
    return is_well;
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_channel_outbound_build_send(
    stammgast_outgoing_message_t *message, stammgast_string_t *config, stammgast_send_request_t *request,
    stammgast_channel_channel_types_channel_error_t *error)
{
    stammgast_call_t call;
    bool is_well;
    memset(request, 0, sizeof *request);
    request->tag = STAMMGAST_UNFILLED;
    is_well = stammgast_begin_call(&call, config) && plugin_build_send(message, &call.config, request, &call.error);
    if (is_well && request->tag == STAMMGAST_UNFILLED) {
        is_well = stammgast_failed(&call.error, "the plugin returned true and built no request");
    }
    is_well = stammgast_ended_well(&call, is_well);
    if (!is_well) {
        *error = stammgast_channel_error(&call.error);
    }
    STAMMGAST_IN_SANDBOX(stammgast_free_call();)
    STAMMGAST_IN_SANDBOX(stammgast_channel_channel_types_outgoing_message_free(message);)
    STAMMGAST_IN_SANDBOX(plugin_string_free(config);)
    return is_well;
}

/// What the host calls.
STAMMGAST_ONCE bool exports_stammgast_channel_outbound_read_response(
    stammgast_outgoing_message_t *message, stammgast_http_response_t *response, stammgast_string_t *config,
    stammgast_send_outcome_t *outcome, stammgast_channel_channel_types_channel_error_t *error)
{
    stammgast_call_t call;
    bool is_well;
    memset(outcome, 0, sizeof *outcome);
    outcome->tag = STAMMGAST_UNFILLED;
    is_well = stammgast_begin_call(&call, config)
        && plugin_read_response(message, response, &call.config, outcome, &call.error);
    if (is_well && outcome->tag == STAMMGAST_UNFILLED) {
        is_well = stammgast_failed(&call.error, "the plugin returned true and gave no outcome");
    }
    is_well = stammgast_ended_well(&call, is_well);
    if (!is_well) {
        *error = stammgast_channel_error(&call.error);
    }
    STAMMGAST_IN_SANDBOX(stammgast_free_call();)
    STAMMGAST_IN_SANDBOX(stammgast_channel_channel_types_outgoing_message_free(message);)
    // Part by part: wit-bindgen 0.61 makes no function for the whole where another interface has lists like these.
    STAMMGAST_IN_SANDBOX(plugin_list_tuple2_string_string_free(&response->headers);)
    STAMMGAST_IN_SANDBOX(plugin_list_u8_free(&response->body);)
    STAMMGAST_IN_SANDBOX(plugin_string_free(config);)
    return is_well;
}

#endif
