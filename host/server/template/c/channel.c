/// A channel plugin: reads messages that are plain text. The first line says who writes, the rest is the message.
///
/// Start with `read_text`: it is all that this plugin decides. What stands below it talks with the host.
#include "stammgast.h"

/// Reads who writes, and what. False where the first line does not begin with the mark, or names nobody.
static bool read_text(stammgast_string_t message, stammgast_string_t sender_mark, stammgast_string_t *sender,
                      stammgast_string_t *text)
{
    size_t end = stammgast_find(message, '\n');
    stammgast_string_t first = stammgast_slice(message, 0, end);
    if (!stammgast_starts_with(first, sender_mark)) {
        return false;
    }
    *sender = stammgast_trim(stammgast_slice(first, sender_mark.len, first.len));
    *text = stammgast_trim(stammgast_slice(message, end, message.len));
    return sender->len != 0;
}

/// Called for every delivery. What it asks for happens when it has returned true, and not before.
bool plugin_read_message(const stammgast_event_t *event, const stammgast_raw_message_t *raw,
                         stammgast_config_t *config, stammgast_error_t *error)
{
    // What a tenant's admin may set: what the first line starts with. The host has checked it against `config_schema`
    // in `manifest.json`.
    stammgast_string_t sender_mark = stammgast_read_string(config, "sender_mark");
    stammgast_string_t sender, text;
    // What is not named here is absent: plain text says nothing of it.
    stammgast_received_message_t message = {.direction = STAMMGAST_INBOUND};
    (void)event;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    if (!read_text(stammgast_utf8(raw->body), sender_mark, &sender, &text)) {
        return stammgast_malformed(error, "the first line must be `%.*s <e-mail address>`", STAMMGAST_ARG(sender_mark));
    }
    message.party = stammgast_party(STAMMGAST_EMAIL, sender);
    message.text = text;
    stammgast_receive_message(&message);
    return true;
}

/// Called to build what the channel shall carry. Sending is left to you.
bool plugin_build_send(const stammgast_outgoing_message_t *message, stammgast_config_t *config,
                       stammgast_send_request_t *request, stammgast_error_t *error)
{
    (void)message;
    (void)config;
    (void)request;
    return stammgast_unsupported(error, "this channel cannot send messages");
}

/// Called with what came back for a request over HTTP that `plugin_build_send` built; here, for none.
bool plugin_read_response(const stammgast_outgoing_message_t *message, const stammgast_http_response_t *response,
                          stammgast_config_t *config, stammgast_send_outcome_t *outcome, stammgast_error_t *error)
{
    (void)message;
    (void)config;
    (void)error;
    return stammgast_by_status(outcome, response);
}
