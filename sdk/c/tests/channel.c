/// The connector: a chat whose messages are JSON. Answers go to its provider over HTTP, or out as mail.
#include "stammgast.h"

/// Reads `{"id": …, "from": …, "name": …, "text": …, "replies_to": [ … ], "file": …, "at": …}`; `from` must be there.
bool plugin_read_message(const stammgast_event_t *event, const stammgast_raw_message_t *raw,
                         stammgast_config_t *config, stammgast_error_t *error)
{
    stammgast_string_t why = stammgast_string("it is no object");
    const yyjson_val *body = stammgast_read_json(stammgast_utf8(raw->body), &why);
    stammgast_received_message_t message = {.direction = STAMMGAST_INBOUND};
    stammgast_attachment_t file;
    yyjson_val *field;
    (void)event;
    (void)config;
    if (!yyjson_is_obj(body)) {
        return stammgast_malformed(error, "the message cannot be read: %.*s", STAMMGAST_ARG(why));
    }
    field = yyjson_obj_get(body, "from");
    if (!yyjson_is_str(field)) {
        return stammgast_malformed(error, "the message does not say who wrote it");
    }
    message.party = stammgast_party(STAMMGAST_CHAT, stammgast_json_string(field));
    if ((field = yyjson_obj_get(body, "id")) != NULL) {
        message.external_id = stammgast_some(stammgast_json_string(field));
    }
    if ((field = yyjson_obj_get(body, "name")) != NULL) {
        message.party.val.name = stammgast_some(stammgast_json_string(field));
    }
    if (yyjson_is_int(field = yyjson_obj_get(body, "at"))) {
        message.sent_at = stammgast_at(yyjson_get_sint(field));
    }
    if ((field = yyjson_obj_get(body, "file")) != NULL) {
        file.name = stammgast_json_string(field);
        file.media_type = stammgast_string("application/octet-stream");
        file.size = 0;
        message.attachments.ptr = &file;
        message.attachments.len = 1;
    }
    if (yyjson_is_arr(yyjson_obj_get(body, "replies_to"))) {
        stammgast_config_t whole = {body, NULL, "", NULL};
        message.in_reply_to = stammgast_read_strings(&whole, "replies_to");
    }
    message.text = stammgast_json_string(yyjson_obj_get(body, "text"));
    stammgast_receive_message(&message);
    return true;
}

static bool as_mail(const stammgast_outgoing_message_t *message, stammgast_send_request_t *request)
{
    stammgast_string_t to = message->to.address;
    stammgast_string_t text = stammgast_format("To: %.*s\r\n\r\n%.*s\r\n", STAMMGAST_ARG(to),
                                               STAMMGAST_ARG(message->text));
    stammgast_mail_request_t mail = {
        .mail_from = stammgast_string("service@example.com"),
        .recipients = {&to, 1},
        .message = stammgast_bytes(text),
    };
    return stammgast_send_mail(request, &mail);
}

/// The token stands in the path, the text in the body; the provider wants a signature over time and body.
static bool over_http(const stammgast_outgoing_message_t *message, stammgast_send_request_t *request)
{
    yyjson_mut_doc *body = stammgast_new_json();
    yyjson_mut_val *fields = yyjson_mut_obj(body);
    stammgast_http_request_t http = {
        .method = STAMMGAST_POST,
        .origin = stammgast_string("https://chat.example.com"),
        .path = STAMMGAST_PIECES(stammgast_text(stammgast_string("/send?token=")),
                                 stammgast_secret("token", STAMMGAST_PERCENT)),
        .headers = STAMMGAST_HEADERS(stammgast_header("content-type", STAMMGAST_PIECES(stammgast_text(
            stammgast_string("application/json"))))),
        .authorization = stammgast_basic(stammgast_text(stammgast_string("service")), "token"),
        .signature = stammgast_sign(
            STAMMGAST_HMAC_SHA256, "signing-key",
            STAMMGAST_PARTS(stammgast_sign_time(), stammgast_sign_text(stammgast_string(".")), stammgast_sign_body()),
            "x-signature",
            STAMMGAST_PARTS(stammgast_sign_text(stammgast_string("t=")), stammgast_sign_time(),
                            stammgast_sign_text(stammgast_string(",v=")), stammgast_signature_hex())),
    };
    yyjson_mut_doc_set_root(body, fields);
    yyjson_mut_obj_add_strn(body, fields, "to", (const char *)message->to.address.ptr, message->to.address.len);
    yyjson_mut_obj_add_strn(body, fields, "text", (const char *)message->text.ptr, message->text.len);
    http.body = stammgast_body_bytes(stammgast_bytes(stammgast_write_json(body)));
    return stammgast_send_http(request, &http);
}

/// A message to a handle is posted with the token inside the JSON, as some providers want it.
static bool to_handle(const stammgast_outgoing_message_t *message, stammgast_send_request_t *request)
{
    stammgast_http_request_t http = {
        .method = STAMMGAST_PUT,
        .origin = stammgast_string("https://chat.example.com"),
        .path = STAMMGAST_PIECES(stammgast_text(stammgast_string("/handles/")), stammgast_text(message->to.address)),
        .body = stammgast_body_pieces(STAMMGAST_PIECES(stammgast_text(stammgast_string("{\"token\":\"")),
                                                       stammgast_secret("token", STAMMGAST_JSON),
                                                       stammgast_text(stammgast_string("\"}")))),
        .authorization = stammgast_bearer("token"),
    };
    return stammgast_send_http(request, &http);
}

bool plugin_build_send(const stammgast_outgoing_message_t *message, stammgast_config_t *config,
                       stammgast_send_request_t *request, stammgast_error_t *error)
{
    (void)config;
    switch (message->to.kind) {
    case STAMMGAST_EMAIL: return as_mail(message, request);
    case STAMMGAST_CHAT: return over_http(message, request);
    case STAMMGAST_HANDLE: return to_handle(message, request);
    default: return stammgast_unsupported(error, "the chat has no telephone numbers");
    }
}

/// The provider's id of the message stands in the body.
bool plugin_read_response(const stammgast_outgoing_message_t *message, const stammgast_http_response_t *response,
                          stammgast_config_t *config, stammgast_send_outcome_t *outcome, stammgast_error_t *error)
{
    stammgast_string_t body = stammgast_utf8(response->body);
    yyjson_val *id = yyjson_obj_get(stammgast_read_json(body, NULL), "id");
    (void)message;
    (void)config;
    (void)error;
    if (response->status == 200 && yyjson_is_str(id)) {
        return stammgast_sent(outcome, stammgast_some(stammgast_json_string(id)));
    }
    return stammgast_by_status(outcome, response);
}
