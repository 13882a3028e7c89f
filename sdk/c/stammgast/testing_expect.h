/// What a test says: `RUN(a_sentence);` in `main`, `EXPECT(…)` in a test, `return stammgast_test_result();` at the end.
#ifndef STAMMGAST_TESTING_EXPECT_H
#define STAMMGAST_TESTING_EXPECT_H

#include "stammgast_text.h"

#include <locale.h>

/// Runs a test: a function without arguments whose name is a sentence.
#define RUN(test) stammgast_test_run(test, #test)
/// Something must hold.
#define EXPECT(condition) stammgast_test_expect(condition, #condition, __FILE__, __LINE__)
/// A text (`stammgast_string_t`) must be this C string.
#define EXPECT_STRING(actual, expected) stammgast_test_expect_string(actual, expected, #actual, __FILE__, __LINE__)
/// An integer must be this one.
#define EXPECT_INTEGER(actual, expected) stammgast_test_expect_integer(actual, expected, #actual, __FILE__, __LINE__)

static int stammgast_test_failures = 0;

static inline void stammgast_test_expect(bool is_so, const char *what, const char *file, int line)
{
    if (!is_so) {
        fprintf(stderr, "%s:%d: expected: %s\n", file, line, what);
        stammgast_test_failures++;
    }
}

static inline void stammgast_test_expect_string(stammgast_string_t actual, const char *expected, const char *what,
                                                const char *file, int line)
{
    if (!stammgast_equals(actual, expected)) {
        fprintf(stderr, "%s:%d: %s is `%.*s`, expected `%s`\n", file, line, what, STAMMGAST_ARG(actual), expected);
        stammgast_test_failures++;
    }
}

static inline void stammgast_test_expect_integer(int64_t actual, int64_t expected, const char *what, const char *file,
                                                 int line)
{
    if (actual != expected) {
        fprintf(stderr, "%s:%d: %s is %" PRId64 ", expected %" PRId64 "\n", file, line, what, actual, expected);
        stammgast_test_failures++;
    }
}

/// What the plugin asked for must be something that the host takes.
static inline void stammgast_test_host_takes(bool is_so, const char *rule)
{
    if (!is_so) {
        fprintf(stderr, "the host would not take what the plugin asked for: %s\n", rule);
        stammgast_test_failures++;
    }
}

/// A file beside the test, whole, as a C string; it ends the program where there is none.
static inline const char *stammgast_test_file(const char *path)
{
    const size_t most = 1 << 20;
    char *text = (char *)stammgast_allocate(most + 1);
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(text, 1, most + 1, file);
    if (file == NULL || len > most) {
        fprintf(stderr, "%s cannot be read or is longer than 1 MiB; run the test in the plugin's folder\n", path);
        exit(2);
    }
    fclose(file);
    return text;
}

#endif
