/// Copies of requests, which the host reads and frees after the call. For the SDK's own use.
#ifndef STAMMGAST_CHANNEL_ANSWER_H
#define STAMMGAST_CHANNEL_ANSWER_H

#include "stammgast_call.h"
#include "stammgast_channel_types.h"

static inline stammgast_bytes_t stammgast_answer_bytes(stammgast_bytes_t bytes)
{
    stammgast_bytes_t answer = {(uint8_t *)stammgast_allocate_answer(bytes.len, 1), bytes.len};
    if (bytes.len != 0) {
        memcpy(answer.ptr, bytes.ptr, bytes.len);
    }
    return answer;
}

static inline stammgast_strings_t stammgast_answer_strings(stammgast_strings_t strings)
{
    stammgast_strings_t answer = {NULL, strings.len};
    size_t place;
    answer.ptr = (stammgast_string_t *)stammgast_allocate_answer(strings.len, sizeof *answer.ptr);
    for (place = 0; place < strings.len; place++) {
        answer.ptr[place] = stammgast_answer_string(strings.ptr[place]);
    }
    return answer;
}

static inline stammgast_piece_t stammgast_answer_piece(stammgast_piece_t piece)
{
    if (piece.tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_PIECE_SECRET) {
        piece.val.secret.name = stammgast_answer_string(piece.val.secret.name);
    } else {
        piece.val.text = stammgast_answer_string(piece.val.text);
    }
    return piece;
}

static inline stammgast_pieces_t stammgast_answer_pieces(stammgast_pieces_t pieces)
{
    stammgast_pieces_t answer = {NULL, pieces.len};
    size_t place;
    answer.ptr = (stammgast_piece_t *)stammgast_allocate_answer(pieces.len, sizeof *answer.ptr);
    for (place = 0; place < pieces.len; place++) {
        answer.ptr[place] = stammgast_answer_piece(pieces.ptr[place]);
    }
    return answer;
}

static inline stammgast_headers_t stammgast_answer_headers(stammgast_headers_t headers)
{
    stammgast_headers_t answer = {NULL, headers.len};
    size_t place;
    answer.ptr = (stammgast_header_t *)stammgast_allocate_answer(headers.len, sizeof *answer.ptr);
    for (place = 0; place < headers.len; place++) {
        answer.ptr[place].name = stammgast_answer_string(headers.ptr[place].name);
        answer.ptr[place].value = stammgast_answer_pieces(headers.ptr[place].value);
    }
    return answer;
}

static inline stammgast_body_t stammgast_answer_body(stammgast_body_t body)
{
    if (body.tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_BODY_BYTES) {
        body.val.bytes = stammgast_answer_bytes(body.val.bytes);
    } else if (body.tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_HTTP_BODY_PIECES) {
        body.val.pieces = stammgast_answer_pieces(body.val.pieces);
    }
    return body;
}

static inline stammgast_authorization_t stammgast_answer_authorization(stammgast_authorization_t authorization)
{
    if (!authorization.is_some) {
        return authorization;
    }
    if (authorization.val.tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_AUTHORIZATION_BASIC) {
        authorization.val.val.basic.user = stammgast_answer_piece(authorization.val.val.basic.user);
        authorization.val.val.basic.password = stammgast_answer_string(authorization.val.val.basic.password);
    } else {
        authorization.val.val.bearer = stammgast_answer_string(authorization.val.val.bearer);
    }
    return authorization;
}

static inline stammgast_parts_t stammgast_answer_parts(stammgast_parts_t parts)
{
    stammgast_parts_t answer = {NULL, parts.len};
    size_t place;
    answer.ptr = (stammgast_part_t *)stammgast_allocate_answer(parts.len, sizeof *answer.ptr);
    for (place = 0; place < parts.len; place++) {
        answer.ptr[place] = parts.ptr[place];
        if (parts.ptr[place].tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_SIGNATURE_PART_TEXT) {
            answer.ptr[place].val.text = stammgast_answer_string(parts.ptr[place].val.text);
        }
    }
    return answer;
}

static inline stammgast_signature_t stammgast_answer_signature(stammgast_signature_t signature)
{
    if (signature.is_some) {
        signature.val.secret = stammgast_answer_string(signature.val.secret);
        signature.val.over = stammgast_answer_parts(signature.val.over);
        signature.val.header = stammgast_answer_string(signature.val.header);
        signature.val.value = stammgast_answer_parts(signature.val.value);
    }
    return signature;
}

static inline stammgast_http_request_t stammgast_answer_http(const stammgast_http_request_t *request)
{
    stammgast_http_request_t answer = *request;
    answer.origin = stammgast_answer_string(request->origin);
    answer.path = stammgast_answer_pieces(request->path);
    answer.headers = stammgast_answer_headers(request->headers);
    answer.body = stammgast_answer_body(request->body);
    answer.authorization = stammgast_answer_authorization(request->authorization);
    answer.signature = stammgast_answer_signature(request->signature);
    return answer;
}

static inline stammgast_mail_request_t stammgast_answer_mail(const stammgast_mail_request_t *request)
{
    stammgast_mail_request_t answer = *request;
    answer.mail_from = stammgast_answer_string(request->mail_from);
    answer.recipients = stammgast_answer_strings(request->recipients);
    answer.message = stammgast_answer_bytes(request->message);
    return answer;
}

/// The error of a call, as connectors give it.
static inline stammgast_channel_channel_types_channel_error_t stammgast_channel_error(const stammgast_error_t *error)
{
    stammgast_channel_channel_types_channel_error_t answer;
    memset(&answer, 0, sizeof answer);
    answer.val.other = stammgast_answer_string(error->text);
    switch (error->sort) {
    case STAMMGAST_MALFORMED: answer.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_CHANNEL_ERROR_MALFORMED; break;
    case STAMMGAST_INVALID_CONFIG: answer.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_CHANNEL_ERROR_INVALID_CONFIG; break;
    case STAMMGAST_UNSUPPORTED: answer.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_CHANNEL_ERROR_UNSUPPORTED; break;
    default: answer.tag = STAMMGAST_CHANNEL_CHANNEL_TYPES_CHANNEL_ERROR_OTHER; break;
    }
    return answer;
}

#endif
