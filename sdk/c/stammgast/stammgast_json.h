/// JSON, read and written by yyjson (MIT, see `yyjson.LICENSE`), with documents that live until the call has ended.
///
/// yyjson: 64-bit integers stay exact, it refuses what is no UTF-8, it is fuzzed, and its own header explains it well
/// (`yyjson_obj_get`, `yyjson_mut_obj_add_str`, …). It is included here as static functions, so that a plugin holds
/// those that it uses and needs nothing else to be linked. `yyjson.h` and `yyjson.c` are 0.12.0 as of commit 12797c6
/// of 2026-07-02 (github.com/ibireme/yyjson), unchanged but for the guard around the latter.
#ifndef STAMMGAST_JSON_H
#define STAMMGAST_JSON_H

#include "stammgast_text.h"

#define yyjson_api static
#define YYJSON_DISABLE_FILE 1
#define YYJSON_DISABLE_INCR_READER 1
#define YYJSON_DISABLE_NON_STANDARD 1
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include "yyjson.h"

#include "yyjson.c"
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

static inline void stammgast_release_json(void *document)
{
    yyjson_doc_free(*(yyjson_doc **)document);
}

/// Reads JSON. NULL where the text is none; then `problem`, if it is not NULL, says why.
static inline yyjson_val *stammgast_read_json(stammgast_string_t text, stammgast_string_t *problem)
{
    yyjson_read_err why = {0, NULL, 0};
    yyjson_doc **document = (yyjson_doc **)stammgast_keep(sizeof(yyjson_doc *), stammgast_release_json);
    // Without the flag that allows it, yyjson does not write into the text.
    *document = yyjson_read_opts((char *)text.ptr, text.len, YYJSON_READ_NOFLAG, NULL, &why);
    if (*document == NULL && problem != NULL) {
        *problem = stammgast_format("%s, at byte %zu", why.msg, why.pos);
    }
    return yyjson_doc_get_root(*document);
}

static inline void stammgast_release_new_json(void *document)
{
    yyjson_mut_doc_free(*(yyjson_mut_doc **)document);
}

/// A new document, to be filled with yyjson's functions and written by `stammgast_write_json`.
static inline yyjson_mut_doc *stammgast_new_json(void)
{
    yyjson_mut_doc **document = (yyjson_mut_doc **)stammgast_keep(sizeof(yyjson_mut_doc *), stammgast_release_new_json);
    *document = yyjson_mut_doc_new(NULL);
    if (*document == NULL) {
        abort();
    }
    return *document;
}

static inline void stammgast_release_written(void *text)
{
    free(*(char **)text);
}

/// Writes a document as text. Where it holds what JSON cannot say (an infinite number, bytes that are no UTF-8), the
/// text is empty.
static inline stammgast_string_t stammgast_write_json(const yyjson_mut_doc *document)
{
    size_t len = 0;
    char **text = (char **)stammgast_keep(sizeof(char *), stammgast_release_written);
    *text = yyjson_mut_write(document, YYJSON_WRITE_NOFLAG, &len);
    return stammgast_string_n(*text, *text == NULL ? 0 : len);
}

/// A string of a JSON value, as text; empty where the value is NULL or no string.
static inline stammgast_string_t stammgast_json_string(const yyjson_val *value)
{
    const char *text = yyjson_get_str(value);
    return stammgast_string_n(text, text == NULL ? 0 : yyjson_get_len(value));
}

#endif
