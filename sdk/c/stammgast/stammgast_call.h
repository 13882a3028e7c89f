/// What a call begins and ends with, the same for every kind, and how it answers that it cannot do its work.
#ifndef STAMMGAST_CALL_H
#define STAMMGAST_CALL_H

#include "stammgast_config.h"

#ifdef __wasm__
/// The generated code refers to an object file that carries the component's type. The build puts the type into the
/// module itself, so there is none.
STAMMGAST_ONCE void __component_type_object_force_link_plugin(void)
{
}
#endif

/// Why a plugin cannot answer. Fill it with one of the functions below.
typedef struct {
    enum {
        STAMMGAST_NO_ERROR,
        STAMMGAST_INVALID_CONFIG,
        STAMMGAST_UNSUPPORTED,
        STAMMGAST_MALFORMED,
        STAMMGAST_FAILED
    } sort;
    stammgast_string_t text;
} stammgast_error_t;

/// The configuration cannot be used, although it fits the schema: `return stammgast_invalid_config(error, "…");`
__attribute__((__format__(__printf__, 2, 3)))
static inline bool stammgast_invalid_config(stammgast_error_t *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->sort = STAMMGAST_INVALID_CONFIG;
    error->text = stammgast_format_v(format, arguments);
    va_end(arguments);
    return false;
}

/// The event lacks something that the plugin needs, or the channel cannot carry the message.
__attribute__((__format__(__printf__, 2, 3)))
static inline bool stammgast_unsupported(stammgast_error_t *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->sort = STAMMGAST_UNSUPPORTED;
    error->text = stammgast_format_v(format, arguments);
    va_end(arguments);
    return false;
}

/// Anything else. The host tries the event again later.
__attribute__((__format__(__printf__, 2, 3)))
static inline bool stammgast_failed(stammgast_error_t *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->sort = STAMMGAST_FAILED;
    error->text = stammgast_format_v(format, arguments);
    va_end(arguments);
    return false;
}

/// A call, as the SDK's side of it goes.
typedef struct {
    stammgast_config_t config;
    stammgast_error_t error;
} stammgast_call_t;

/// Opens the configuration. True where the plugin can be asked.
static inline bool stammgast_begin_call(stammgast_call_t *call, const stammgast_string_t *config)
{
    call->config = stammgast_open_config(*config);
    call->error.sort = STAMMGAST_NO_ERROR;
    call->error.text = stammgast_string("");
    return call->config.problem == NULL;
}

/// Whether the call has ended well. A problem with the configuration that the plugin passed over is an error all the
/// same: what it did then, it did with zeros.
static inline bool stammgast_ended_well(stammgast_call_t *call, bool is_well)
{
    if (call->config.problem != NULL && call->error.sort == STAMMGAST_NO_ERROR) {
        return stammgast_invalid_config(&call->error, "%s", call->config.problem);
    }
    if (!is_well && call->error.sort == STAMMGAST_NO_ERROR) {
        return stammgast_failed(&call->error, "the plugin returned false and gave no reason");
    }
    return is_well;
}

/// A text as a part of an answer.
static inline stammgast_string_t stammgast_answer_string(stammgast_string_t string)
{
    stammgast_string_t clean = stammgast_clean(string);
    stammgast_string_t answer = {(uint8_t *)stammgast_allocate_answer(clean.len, 1), clean.len};
    if (clean.len != 0) {
        memcpy(answer.ptr, clean.ptr, clean.len);
    }
    return answer;
}

/// A text that may be absent, as a part of an answer.
static inline stammgast_option_string_t stammgast_answer_option(stammgast_option_string_t option)
{
    return option.is_some ? stammgast_some(stammgast_answer_string(option.val)) : stammgast_none();
}

/// The error of a call, as rules, checks and routes give it.
static inline stammgast_types_types_plugin_error_t stammgast_plugin_error(const stammgast_error_t *error)
{
    stammgast_types_types_plugin_error_t answer;
    memset(&answer, 0, sizeof answer);
    answer.val.other = stammgast_answer_string(error->text);
    switch (error->sort) {
    case STAMMGAST_INVALID_CONFIG: answer.tag = STAMMGAST_TYPES_TYPES_PLUGIN_ERROR_INVALID_CONFIG; break;
    case STAMMGAST_UNSUPPORTED: answer.tag = STAMMGAST_TYPES_TYPES_PLUGIN_ERROR_UNSUPPORTED_EVENT; break;
    default: answer.tag = STAMMGAST_TYPES_TYPES_PLUGIN_ERROR_OTHER; break;
    }
    return answer;
}

/// A reason, as it goes to the host.
static inline stammgast_reason_t stammgast_reason(const char *code, stammgast_string_t text)
{
    stammgast_reason_t reason = {stammgast_clean(stammgast_string(code)), stammgast_clean(text)};
    return reason;
}

/// The words that show something, in a field such as `subject` or `text`.
static inline stammgast_evidence_t stammgast_evidence(const char *field, stammgast_string_t quote)
{
    stammgast_evidence_t evidence = {stammgast_string(field), quote};
    return evidence;
}

/// Evidence, as it goes to the host.
static inline stammgast_evidence_t stammgast_clean_evidence(const stammgast_evidence_t *evidence)
{
    stammgast_evidence_t clean = {stammgast_clean(evidence->field), stammgast_clean(evidence->quote)};
    return clean;
}

#endif
