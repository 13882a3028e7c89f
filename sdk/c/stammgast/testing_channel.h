/// Channel connectors in tests: the three calls, and the messages that they receive.
#ifndef STAMMGAST_TESTING_CHANNEL_H
#define STAMMGAST_TESTING_CHANNEL_H

static inline bool stammgast_test_end_channel(bool is_well,
                                              const stammgast_channel_channel_types_channel_error_t *error)
{
    static const int sorts[] = {STAMMGAST_MALFORMED, STAMMGAST_INVALID_CONFIG, STAMMGAST_UNSUPPORTED, STAMMGAST_FAILED};
    if (!is_well) {
        stammgast_test.error.sort = sorts[error->tag];
        stammgast_test.error.text = error->val.other;
    }
    return stammgast_test_end(is_well);
}

/// Gives the plugin raw bytes. True where the call ends well; then look at `stammgast_test.messages`.
static inline bool stammgast_test_read_message(stammgast_bytes_t body, const char *media_type, const char *config)
{
    stammgast_event_t event = stammgast_test_event("message.received");
    stammgast_raw_message_t raw;
    stammgast_string_t text = stammgast_string(config);
    stammgast_channel_channel_types_channel_error_t error;
    bool is_well;
    raw.body = body;
    raw.media_type = stammgast_string(media_type);
    raw.received_at = stammgast_test.now;
    stammgast_test_begin(true);
    is_well = exports_stammgast_channel_inbound_read_message(&event, &raw, &text, &error);
    return stammgast_test_end_channel(is_well, &error);
}

/// A message to somebody, in answer to nothing.
static inline stammgast_outgoing_message_t stammgast_test_outgoing(stammgast_address_kind_t kind, const char *address,
                                                                   const char *text)
{
    stammgast_outgoing_message_t message;
    memset(&message, 0, sizeof message);
    message.id = stammgast_string("interaction-1");
    message.to.kind = kind;
    message.to.address = stammgast_string(address);
    message.text = stammgast_string(text);
    message.message_id = stammgast_string("interaction-1@example.com");
    message.sent_at = stammgast_test.now;
    return message;
}

/// Lets the plugin build the request that sends a message. True where it does; then look at `stammgast_test.request`.
static inline bool stammgast_test_build_send(const stammgast_outgoing_message_t *message, const char *config)
{
    stammgast_outgoing_message_t told = *message;
    stammgast_string_t text = stammgast_string(config);
    stammgast_channel_channel_types_channel_error_t error;
    bool is_well;
    stammgast_test_begin(false);
    is_well = exports_stammgast_channel_outbound_build_send(&told, &text, &stammgast_test.request, &error);
    if (is_well && stammgast_test.request.tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_REQUEST_HTTP) {
        stammgast_test_need("channel.send-http");
    }
    return stammgast_test_end_channel(is_well, &error);
}

/// Lets the plugin read a response. True where it can; then look at `stammgast_test.outcome`.
static inline bool stammgast_test_read_response(const stammgast_outgoing_message_t *message,
                                                const stammgast_http_response_t *response, const char *config)
{
    stammgast_outgoing_message_t told = *message;
    stammgast_http_response_t answered = *response;
    stammgast_string_t text = stammgast_string(config);
    stammgast_send_outcome_t *outcome = &stammgast_test.outcome;
    stammgast_channel_channel_types_channel_error_t error;
    bool is_well;
    stammgast_test_begin(false);
    is_well = exports_stammgast_channel_outbound_read_response(&told, &answered, &text, outcome, &error);
    return stammgast_test_end_channel(is_well, &error);
}

void stammgast_channel_effects_receive_message(stammgast_channel_effects_received_message_t *message)
{
    // Natively, the parts of an answer last until the test has ended.
    stammgast_received_message_t kept = *message;
    size_t place, size = sizeof *kept.attachments.ptr;
    stammgast_test_need("channel.receive-message");
    stammgast_test_host_takes(stammgast_test.takes_effects, "no effects where messages are sent");
    stammgast_test_host_takes(stammgast_first_characters(message->text, 200000).len == message->text.len,
                              "a text has at most 200,000 characters");
    stammgast_test_host_takes(message->attachments.len <= 100, "there are at most 100 attachments");
    kept.external_id = stammgast_answer_option(message->external_id);
    kept.party.val.name = stammgast_answer_option(message->party.val.name);
    kept.party.val.address = stammgast_answer_string(message->party.val.address);
    kept.subject = stammgast_answer_option(message->subject);
    kept.text = stammgast_answer_string(message->text);
    kept.attachments.ptr = (stammgast_attachment_t *)stammgast_allocate_array(message->attachments.len, size);
    for (place = 0; place < message->attachments.len; place++) {
        kept.attachments.ptr[place].name = stammgast_answer_string(message->attachments.ptr[place].name);
        kept.attachments.ptr[place].media_type = stammgast_answer_string(message->attachments.ptr[place].media_type);
        kept.attachments.ptr[place].size = message->attachments.ptr[place].size;
    }
    kept.message_id = stammgast_answer_option(message->message_id);
    kept.in_reply_to = stammgast_answer_strings(message->in_reply_to);
    kept.references = stammgast_answer_strings(message->references);
    kept.agent = stammgast_answer_option(message->agent);
    stammgast_test.messages = (stammgast_received_message_t *)stammgast_test_grow(
        stammgast_test.messages, stammgast_test.message_count, sizeof kept);
    stammgast_test.messages[stammgast_test.message_count++] = kept;
}

#endif
