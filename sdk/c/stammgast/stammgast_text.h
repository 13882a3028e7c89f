/// Text: making it, comparing it, and bringing bytes into UTF-8.
#ifndef STAMMGAST_TEXT_H
#define STAMMGAST_TEXT_H

#include "stammgast_memory.h"
#include "stammgast_types.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

/// For `%.*s` in a format: `stammgast_format("the word `%.*s`", STAMMGAST_ARG(word))`.
#define STAMMGAST_ARG(string) \
    ((string).len > INT_MAX ? INT_MAX : (int)(string).len), ((string).len == 0 ? "" : (const char *)(string).ptr)

/// These bytes, as text. Nothing is copied.
static inline stammgast_string_t stammgast_string_n(const char *text, size_t len)
{
    // The generated records have no `const`; nobody writes through it.
    stammgast_string_t string = {(uint8_t *)(uintptr_t)text, len};
    return string;
}

/// A C string, as text. Nothing is copied.
static inline stammgast_string_t stammgast_string(const char *text)
{
    return stammgast_string_n(text, text == NULL ? 0 : strlen(text));
}

/// The bytes of a text. Nothing is copied.
static inline stammgast_bytes_t stammgast_bytes(stammgast_string_t string)
{
    stammgast_bytes_t bytes = {string.ptr, string.len};
    return bytes;
}

/// A copy with a zero byte at its end, for functions that want C strings.
static inline const char *stammgast_c_string(stammgast_string_t string)
{
    char *copy = (char *)stammgast_allocate_array(string.len + 1, 1);
    if (string.len != 0) {
        memcpy(copy, string.ptr, string.len);
    }
    return copy;
}

/// Whether two texts are the same, byte for byte.
static inline bool stammgast_same(stammgast_string_t one, stammgast_string_t other)
{
    return one.len == other.len && (one.len == 0 || memcmp(one.ptr, other.ptr, one.len) == 0);
}

/// Whether a text is this C string.
static inline bool stammgast_equals(stammgast_string_t string, const char *text)
{
    return stammgast_same(string, stammgast_string(text));
}

/// Whether a text begins with another.
static inline bool stammgast_starts_with(stammgast_string_t string, stammgast_string_t start)
{
    return string.len >= start.len && (start.len == 0 || memcmp(string.ptr, start.ptr, start.len) == 0);
}

/// The bytes of a text from one place up to another; places past the end are the end. Nothing is copied.
static inline stammgast_string_t stammgast_slice(stammgast_string_t string, size_t from, size_t to)
{
    size_t end = to < string.len ? to : string.len;
    size_t start = from < end ? from : end;
    return string.len == 0 ? string : stammgast_string_n((const char *)string.ptr + start, end - start);
}

/// Where a byte stands first; the text's length where it does not.
static inline size_t stammgast_find(stammgast_string_t string, char byte)
{
    const uint8_t *found = string.len == 0 ? NULL : (const uint8_t *)memchr(string.ptr, byte, string.len);
    return found == NULL ? string.len : (size_t)(found - string.ptr);
}

/// A text that is there.
static inline stammgast_option_string_t stammgast_some(stammgast_string_t string)
{
    stammgast_option_string_t option = {true, {NULL, 0}};
    option.val = string;
    return option;
}

/// No text.
static inline stammgast_option_string_t stammgast_none(void)
{
    stammgast_option_string_t option = {false, {NULL, 0}};
    return option;
}

/// A text that may be absent, or this one instead.
static inline stammgast_string_t stammgast_or(stammgast_option_string_t option, const char *otherwise)
{
    return option.is_some ? option.val : stammgast_string(otherwise);
}

/// A letter, and how many bytes it takes. Where the bytes are no UTF-8, `is_valid` is false and the letter U+FFFD.
typedef struct {
    uint32_t letter;
    size_t len;
    bool is_valid;
} stammgast_letter_t;

/// The letter (Unicode scalar value) that a text that is not empty begins with.
static inline stammgast_letter_t stammgast_first_letter(stammgast_string_t string)
{
    stammgast_letter_t found = {0xFFFD, 1, false};
    uint8_t first = string.ptr[0];
    uint8_t low = 0x80, high = 0xBF;
    size_t len = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    uint32_t letter = first & (0x7FU >> len);
    if (len == 1) {
        found.letter = first;
        found.is_valid = true;
    }
    if (len < 2) {
        return found;
    }
    // The Unicode Standard, table 3-7: neither overlong forms, nor surrogates, nor anything past U+10FFFF.
    switch (first) {
    case 0xE0: low = 0xA0; break;
    case 0xED: high = 0x9F; break;
    case 0xF0: low = 0x90; break;
    case 0xF4: high = 0x8F; break;
    default: break;
    }
    for (; found.len < len; found.len++) {
        uint8_t next = found.len < string.len ? string.ptr[found.len] : 0;
        if (next < low || next > high) {
            return found;
        }
        letter = letter << 6 | (next & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    found.letter = letter;
    found.is_valid = true;
    return found;
}

/// The bytes as text: what is no UTF-8 becomes U+FFFD. Copies only where there is something to replace.
static inline stammgast_string_t stammgast_utf8(stammgast_bytes_t bytes)
{
    stammgast_string_t whole = {bytes.ptr, bytes.len};
    stammgast_string_t mended = {NULL, 0};
    size_t place, wrong = 0;
    stammgast_letter_t letter;
    for (place = 0; place < whole.len; place += letter.len) {
        letter = stammgast_first_letter(stammgast_slice(whole, place, whole.len));
        wrong += letter.is_valid ? 0 : 1;
    }
    if (wrong == 0) {
        return whole;
    }
    // A wrong byte or more becomes three.
    mended.ptr = (uint8_t *)stammgast_allocate_array(whole.len + 2 * wrong, 1);
    for (place = 0; place < whole.len; place += letter.len) {
        letter = stammgast_first_letter(stammgast_slice(whole, place, whole.len));
        if (letter.is_valid) {
            memcpy(mended.ptr + mended.len, whole.ptr + place, letter.len);
            mended.len += letter.len;
        } else {
            memcpy(mended.ptr + mended.len, "\xEF\xBF\xBD", 3);
            mended.len += 3;
        }
    }
    return mended;
}

/// A text as the host takes it: UTF-8. The SDK's functions do this to whatever goes to the host.
static inline stammgast_string_t stammgast_clean(stammgast_string_t string)
{
    return stammgast_utf8(stammgast_bytes(string));
}

static inline stammgast_option_string_t stammgast_clean_option(stammgast_option_string_t option)
{
    return option.is_some ? stammgast_some(stammgast_clean(option.val)) : stammgast_none();
}

/// Text from a format, as with `vprintf`.
__attribute__((__format__(__printf__, 1, 0)))
static inline stammgast_string_t stammgast_format_v(const char *format, va_list arguments)
{
    va_list again;
    char *text;
    int len;
    va_copy(again, arguments);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0) {
        abort();
    }
    text = (char *)stammgast_allocate((size_t)len + 1);
    if (vsnprintf(text, (size_t)len + 1, format, arguments) != len) {
        abort();
    }
    return stammgast_clean(stammgast_string_n(text, (size_t)len));
}

/// Text from a format, as with `printf`. The format is yours; never let anybody's words be one.
__attribute__((__format__(__printf__, 1, 2)))
static inline stammgast_string_t stammgast_format(const char *format, ...)
{
    va_list arguments;
    stammgast_string_t text;
    va_start(arguments, format);
    text = stammgast_format_v(format, arguments);
    va_end(arguments);
    return text;
}

#endif
