/// Short names for the records of channels, and functions that put requests together.
#ifndef STAMMGAST_CHANNEL_TYPES_H
#define STAMMGAST_CHANNEL_TYPES_H

#include "stammgast_text.h"

/// What sort of address somebody has.
typedef stammgast_channel_channel_types_address_kind_t stammgast_address_kind_t;
/// An e-mail address.
#define STAMMGAST_EMAIL STAMMGAST_CHANNEL_CHANNEL_TYPES_ADDRESS_KIND_EMAIL
/// A telephone number with its country code.
#define STAMMGAST_PHONE STAMMGAST_CHANNEL_CHANNEL_TYPES_ADDRESS_KIND_PHONE
/// A name on a social network.
#define STAMMGAST_HANDLE STAMMGAST_CHANNEL_CHANNEL_TYPES_ADDRESS_KIND_HANDLE
/// A chat identifier given by a messaging provider.
#define STAMMGAST_CHAT STAMMGAST_CHANNEL_CHANNEL_TYPES_ADDRESS_KIND_CHAT

/// Raw bytes as the channel delivered them.
typedef stammgast_channel_channel_types_raw_message_t stammgast_raw_message_t;
/// Somebody who takes part in a conversation.
typedef stammgast_channel_channel_types_party_t stammgast_party_t;
/// Somebody, or nobody.
typedef stammgast_channel_channel_types_option_party_t stammgast_option_party_t;
/// A time that may be absent.
typedef stammgast_channel_channel_types_option_timestamp_t stammgast_option_time_t;
/// A message that was read from raw bytes. What you leave out of its initialiser is absent or empty.
typedef stammgast_channel_channel_types_received_message_t stammgast_received_message_t;
/// A message that shall be sent.
typedef stammgast_channel_channel_types_outgoing_message_t stammgast_outgoing_message_t;
/// A message for the tenant's mail server.
typedef stammgast_channel_channel_types_mail_request_t stammgast_mail_request_t;
/// A request over HTTP. What you leave out of its initialiser is absent or empty.
typedef stammgast_channel_channel_types_http_request_t stammgast_http_request_t;
/// What came back.
typedef stammgast_channel_channel_types_http_response_t stammgast_http_response_t;

/// How a request is sent.
typedef stammgast_channel_channel_types_http_method_t stammgast_http_method_t;
/// GET.
#define STAMMGAST_GET STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_METHOD_GET
/// POST.
#define STAMMGAST_POST STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_METHOD_POST
/// PUT.
#define STAMMGAST_PUT STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_METHOD_PUT
/// PATCH.
#define STAMMGAST_PATCH STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_METHOD_PATCH
/// DELETE.
#define STAMMGAST_DELETE STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_METHOD_DELETE

/// How a secret is written where the host puts it.
typedef stammgast_channel_channel_types_secret_encoding_t stammgast_encoding_t;
/// As it is.
#define STAMMGAST_PLAIN STAMMGAST_CHANNEL_CHANNEL_TYPES_SECRET_ENCODING_PLAIN
/// Percent-encoded, for paths, queries and forms.
#define STAMMGAST_PERCENT STAMMGAST_CHANNEL_CHANNEL_TYPES_SECRET_ENCODING_PERCENT
/// Escaped for the inside of a JSON string.
#define STAMMGAST_JSON STAMMGAST_CHANNEL_CHANNEL_TYPES_SECRET_ENCODING_JSON
/// Base64.
#define STAMMGAST_BASE64 STAMMGAST_CHANNEL_CHANNEL_TYPES_SECRET_ENCODING_BASE64

/// A piece of a request: text or a secret.
typedef stammgast_channel_channel_types_piece_t stammgast_piece_t;
/// Pieces, one after the other.
typedef stammgast_channel_channel_types_list_piece_t stammgast_pieces_t;
/// A header of a request.
typedef stammgast_channel_channel_types_http_header_t stammgast_header_t;
/// Headers.
typedef stammgast_channel_channel_types_list_http_header_t stammgast_headers_t;
/// What a request carries.
typedef stammgast_channel_channel_types_http_body_t stammgast_body_t;
/// Who a request says it comes from.
typedef stammgast_channel_channel_types_option_authorization_t stammgast_authorization_t;
/// A part of what is signed, or of the header that carries the signature.
typedef stammgast_channel_channel_types_signature_part_t stammgast_part_t;
/// Parts, one after the other.
typedef stammgast_channel_channel_types_list_signature_part_t stammgast_parts_t;
/// A signature that the host makes; `is_some` says whether there is one.
typedef stammgast_channel_channel_types_option_signature_t stammgast_signature_t;

/// HMAC with SHA-256.
#define STAMMGAST_HMAC_SHA256 STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_SCHEME_HMAC_SHA256
/// Ed25519.
#define STAMMGAST_ED25519 STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_SCHEME_ED25519

/// Pieces of a request: `STAMMGAST_PIECES(stammgast_text(…), stammgast_secret("key", STAMMGAST_PLAIN))`. This list and
/// the two below last as long as the block that they stand in.
#define STAMMGAST_PIECES(...) STAMMGAST_LIST(stammgast_pieces_t, stammgast_piece_t, __VA_ARGS__)
/// Headers of a request: `STAMMGAST_HEADERS(stammgast_header("accept", STAMMGAST_PIECES(…)), …)`.
#define STAMMGAST_HEADERS(...) STAMMGAST_LIST(stammgast_headers_t, stammgast_header_t, __VA_ARGS__)
/// Parts of a signature: `STAMMGAST_PARTS(stammgast_sign_time(), stammgast_sign_body())`.
#define STAMMGAST_PARTS(...) STAMMGAST_LIST(stammgast_parts_t, stammgast_part_t, __VA_ARGS__)
#define STAMMGAST_LIST(list, item, ...) \
    ((list){(item[]){__VA_ARGS__}, sizeof((item[]){__VA_ARGS__}) / sizeof(item)})

/// Text as it is.
static inline stammgast_piece_t stammgast_text(stammgast_string_t text)
{
    stammgast_piece_t piece;
    memset(&piece, 0, sizeof piece);
    piece.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_PIECE_TEXT;
    piece.val.text = text;
    return piece;
}

/// A secret of the manifest. The host puts it in; no plugin ever sees it.
static inline stammgast_piece_t stammgast_secret(const char *name, stammgast_encoding_t encoding)
{
    stammgast_piece_t piece;
    memset(&piece, 0, sizeof piece);
    piece.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_PIECE_SECRET;
    piece.val.secret.name = stammgast_string(name);
    piece.val.secret.encoding = encoding;
    return piece;
}

/// A header. The host sets `host`, `content-length` and what belongs to the connection.
static inline stammgast_header_t stammgast_header(const char *name, stammgast_pieces_t value)
{
    stammgast_header_t header = {stammgast_string(name), value};
    return header;
}

/// A body of bytes.
static inline stammgast_body_t stammgast_body_bytes(stammgast_bytes_t bytes)
{
    stammgast_body_t body;
    memset(&body, 0, sizeof body);
    body.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_BODY_BYTES;
    body.val.bytes = bytes;
    return body;
}

/// A body of pieces.
static inline stammgast_body_t stammgast_body_pieces(stammgast_pieces_t pieces)
{
    stammgast_body_t body;
    memset(&body, 0, sizeof body);
    body.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_BODY_PIECES;
    body.val.pieces = pieces;
    return body;
}

/// `Authorization: Bearer <secret>`.
static inline stammgast_authorization_t stammgast_bearer(const char *secret)
{
    stammgast_authorization_t authorization;
    memset(&authorization, 0, sizeof authorization);
    authorization.is_some = true;
    authorization.val.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_AUTHORIZATION_BEARER;
    authorization.val.val.bearer = stammgast_string(secret);
    return authorization;
}

/// `Authorization: Basic …`, with a user's name and the password's secret.
static inline stammgast_authorization_t stammgast_basic(stammgast_piece_t user, const char *password)
{
    stammgast_authorization_t authorization;
    memset(&authorization, 0, sizeof authorization);
    authorization.is_some = true;
    authorization.val.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_AUTHORIZATION_BASIC;
    authorization.val.val.basic.user = user;
    authorization.val.val.basic.password = stammgast_string(password);
    return authorization;
}

static inline stammgast_part_t stammgast_part(uint8_t tag, stammgast_string_t text)
{
    stammgast_part_t part;
    memset(&part, 0, sizeof part);
    part.tag = tag;
    part.val.text = text;
    return part;
}

/// Signs, or writes, text as it is.
static inline stammgast_part_t stammgast_sign_text(stammgast_string_t text)
{
    return stammgast_part(STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_TEXT, text);
}

/// Signs the body's bytes as they are sent.
static inline stammgast_part_t stammgast_sign_body(void)
{
    return stammgast_part(STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_BODY, stammgast_string(""));
}

/// Signs path and query as they are sent.
static inline stammgast_part_t stammgast_sign_path(void)
{
    return stammgast_part(STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_PATH, stammgast_string(""));
}

/// Signs, or writes, the seconds since 1970-01-01T00:00:00Z when the request is sent.
static inline stammgast_part_t stammgast_sign_time(void)
{
    return stammgast_part(STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_TIMESTAMP, stammgast_string(""));
}

/// Writes the signature in lower-case hexadecimal digits.
static inline stammgast_part_t stammgast_signature_hex(void)
{
    return stammgast_part(STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_HEX, stammgast_string(""));
}

/// Writes the signature in base64.
static inline stammgast_part_t stammgast_signature_base64(void)
{
    return stammgast_part(STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_BASE64, stammgast_string(""));
}

/// A signature by a scheme (`STAMMGAST_HMAC_SHA256`) and a secret over some parts, and the header that carries it.
static inline stammgast_signature_t stammgast_sign(uint8_t scheme, const char *secret, stammgast_parts_t over,
                                                   const char *header, stammgast_parts_t value)
{
    stammgast_signature_t signature;
    memset(&signature, 0, sizeof signature);
    signature.is_some = true;
    signature.val.scheme = scheme;
    signature.val.secret = stammgast_string(secret);
    signature.val.over = over;
    signature.val.header = stammgast_string(header);
    signature.val.value = value;
    return signature;
}

/// Somebody with an address, for a received message.
static inline stammgast_option_party_t stammgast_party(stammgast_address_kind_t kind, stammgast_string_t address)
{
    stammgast_option_party_t party;
    memset(&party, 0, sizeof party);
    party.is_some = true;
    party.val.kind = kind;
    party.val.address = address;
    return party;
}

/// A time that is there, in milliseconds since 1970-01-01T00:00:00Z.
static inline stammgast_option_time_t stammgast_at(int64_t milliseconds)
{
    stammgast_option_time_t time = {true, milliseconds};
    return time;
}

/// A header of a response, by its name in lower case.
static inline stammgast_option_string_t stammgast_response_header(const stammgast_http_response_t *response,
                                                                  const char *name)
{
    size_t place;
    for (place = 0; place < response->headers.len; place++) {
        if (stammgast_equals(response->headers.ptr[place].f0, name)) {
            return stammgast_some(response->headers.ptr[place].f1);
        }
    }
    return stammgast_none();
}

#endif
