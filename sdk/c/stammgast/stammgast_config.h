/// Reading the configuration. The host has checked it against `config_schema` in `manifest.json`; these functions
/// check again what they read, so that a rule never works with something else than it expects.
#ifndef STAMMGAST_CONFIG_H
#define STAMMGAST_CONFIG_H

#include "stammgast_json.h"

/// The configuration, or an object in it.
///
/// Read all fields, then look at `problem` once: it holds the first thing that was wrong, as a sentence, and is NULL
/// where all is well. What is wrong reads as 0, false or empty.
typedef struct stammgast_config {
    /// The JSON, for what the functions below cannot read.
    const yyjson_val *json;
    /// What is wrong; NULL where nothing is. Of objects inside, look at the outermost's.
    const char *problem;
    /// Where it stands in the whole, such as `bonus.`.
    const char *path;
    /// The whole; NULL for the whole itself.
    struct stammgast_config *whole;
} stammgast_config_t;

/// Says what is wrong with a field, unless something was wrong before. For checks of your own, too.
static inline void stammgast_wrong_field(stammgast_config_t *config, const char *name, const char *problem)
{
    stammgast_config_t *whole = config->whole == NULL ? config : config->whole;
    if (whole->problem == NULL) {
        whole->problem = stammgast_c_string(stammgast_format("`%s%s` %s", config->path, name, problem));
    }
}

/// Whether there is a field of this name that is not null.
static inline bool stammgast_has(const stammgast_config_t *config, const char *name)
{
    const yyjson_val *value = yyjson_obj_get(config->json, name);
    return value != NULL && !yyjson_is_null(value);
}

/// Says that a field is wrong if it is none of these; end the names with NULL. `additionalProperties` in the schema
/// does the same at the host.
__attribute__((__sentinel__))
static inline void stammgast_only(stammgast_config_t *config, const char *first, ...)
{
    yyjson_obj_iter fields;
    yyjson_val *key;
    yyjson_obj_iter_init(config->json, &fields);
    while ((key = yyjson_obj_iter_next(&fields)) != NULL) {
        const char *name = first;
        va_list names;
        va_start(names, first);
        while (name != NULL && !yyjson_equals_str(key, name)) {
            name = va_arg(names, const char *);
        }
        va_end(names);
        if (name == NULL) {
            stammgast_wrong_field(config, yyjson_get_str(key), "is not known; remove it");
        }
    }
}

static inline const yyjson_val *stammgast_field(stammgast_config_t *config, const char *name)
{
    const yyjson_val *value = yyjson_obj_get(config->json, name);
    if (value == NULL) {
        stammgast_wrong_field(config, name, "is missing");
    }
    return value;
}

/// Reads a string.
static inline stammgast_string_t stammgast_read_string(stammgast_config_t *config, const char *name)
{
    const yyjson_val *value = stammgast_field(config, name);
    if (value != NULL && !yyjson_is_str(value)) {
        stammgast_wrong_field(config, name, "must be a string");
    }
    return stammgast_json_string(value);
}

/// Whether a text is a code, as of programs, departments and topics: `^[a-z0-9][a-z0-9._-]{0,63}$`.
static inline bool stammgast_is_code(stammgast_string_t string)
{
    size_t place;
    for (place = 0; place < string.len; place++) {
        char byte = (char)string.ptr[place];
        bool is_alphanumeric = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        bool is_mark = place > 0 && (byte == '.' || byte == '_' || byte == '-');
        if (!is_alphanumeric && !is_mark) {
            return false;
        }
    }
    return string.len >= 1 && string.len <= 64;
}

/// Reads the code of a program, a department or a topic.
static inline stammgast_string_t stammgast_read_code(stammgast_config_t *config, const char *name)
{
    stammgast_string_t code = stammgast_read_string(config, name);
    if (!stammgast_is_code(code)) {
        stammgast_wrong_field(config, name,
                              "must be a code: 1 to 64 of a-z, 0-9, `.`, `_`, `-`, a letter or digit first");
        code.len = 0;
    }
    return code;
}

/// Reads an integer that is neither smaller nor greater than these. 64 bits are exact.
static inline int64_t stammgast_read_integer(stammgast_config_t *config, const char *name, int64_t least,
                                             int64_t greatest)
{
    const yyjson_val *value = stammgast_field(config, name);
    bool is_in_range = yyjson_is_sint(value) || (yyjson_is_uint(value) && yyjson_get_uint(value) <= INT64_MAX);
    int64_t integer = is_in_range ? yyjson_get_sint(value) : 0;
    if (is_in_range && integer >= least && integer <= greatest) {
        return integer;
    }
    stammgast_wrong_field(config, name, stammgast_c_string(stammgast_format(
        "must be an integer from %" PRId64 " to %" PRId64, least, greatest)));
    return 0;
}

/// Reads true or false.
static inline bool stammgast_read_boolean(stammgast_config_t *config, const char *name)
{
    const yyjson_val *value = stammgast_field(config, name);
    if (value != NULL && !yyjson_is_bool(value)) {
        stammgast_wrong_field(config, name, "must be true or false");
    }
    return yyjson_get_bool(value);
}

/// Reads a list of strings.
static inline stammgast_strings_t stammgast_read_strings(stammgast_config_t *config, const char *name)
{
    const yyjson_val *value = stammgast_field(config, name);
    stammgast_strings_t strings = {NULL, 0};
    yyjson_arr_iter items;
    const yyjson_val *item;
    if (!yyjson_is_arr(value)) {
        stammgast_wrong_field(config, name, "must be a list of strings");
        return strings;
    }
    strings.ptr = (stammgast_string_t *)stammgast_allocate_array(yyjson_arr_size(value), sizeof *strings.ptr);
    yyjson_arr_iter_init(value, &items);
    while ((item = yyjson_arr_iter_next(&items)) != NULL) {
        if (!yyjson_is_str(item)) {
            stammgast_wrong_field(config, name, "must be a list of strings");
        }
        strings.ptr[strings.len++] = stammgast_json_string(item);
    }
    return strings;
}

/// Reads an object; read its fields with these functions, too. Its problems are the whole's.
static inline stammgast_config_t stammgast_read_object(stammgast_config_t *config, const char *name)
{
    stammgast_config_t object = {stammgast_field(config, name), NULL, NULL, NULL};
    object.path = stammgast_c_string(stammgast_format("%s%s.", config->path, name));
    object.whole = config->whole == NULL ? config : config->whole;
    if (object.json != NULL && !yyjson_is_obj(object.json)) {
        stammgast_wrong_field(config, name, "must be an object");
    }
    return object;
}

/// The configuration as the host gave it: a JSON object.
static inline stammgast_config_t stammgast_open_config(stammgast_string_t text)
{
    stammgast_config_t config = {NULL, NULL, "", NULL};
    stammgast_string_t why;
    config.json = stammgast_read_json(text, &why);
    if (config.json == NULL) {
        config.problem = stammgast_c_string(stammgast_format("the configuration is no JSON: %.*s", STAMMGAST_ARG(why)));
    } else if (!yyjson_is_obj(config.json)) {
        config.problem = "the configuration must be a JSON object";
    }
    return config;
}

#endif
