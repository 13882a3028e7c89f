/// Text, words, numbers, JSON and the configuration's fields, natively; with huge and empty values, too.
#define STAMMGAST_LOYALTY 1
#include "testing.h"

bool plugin_on_purchase(const stammgast_event_t *event, const stammgast_purchase_t *purchase,
                        stammgast_config_t *config, stammgast_error_t *error)
{
    (void)event;
    (void)purchase;
    (void)error;
    // A problem that is passed over is an error all the same.
    stammgast_read_code(config, "program");
    return true;
}

static stammgast_string_t utf8(const char *bytes, size_t len)
{
    // A copy of just this size: the sanitizer sees a byte read past its end.
    uint8_t *copy = (uint8_t *)malloc(len == 0 ? 1 : len);
    stammgast_bytes_t of = {copy, len};
    stammgast_string_t text;
    memcpy(copy, bytes, len);
    text = stammgast_string(stammgast_c_string(stammgast_utf8(of)));
    free(copy);
    return text;
}

static void bytes_that_are_no_utf8_become_the_replacement_character(void)
{
    EXPECT_STRING(utf8("", 0), "");
    EXPECT_STRING(utf8("Gr\xC3\xBC\xC3\x9F", 6), "Gr\xC3\xBC\xC3\x9F");
    EXPECT_STRING(utf8("\xF0\x9F\x98\x80", 4), "\xF0\x9F\x98\x80");
    EXPECT_STRING(utf8("\xF0\x9F\x98", 3), "\xEF\xBF\xBD");
    EXPECT_STRING(utf8("\xC3", 1), "\xEF\xBF\xBD");
    EXPECT_STRING(utf8("\xE2\x28\xA1", 3), "\xEF\xBF\xBD(\xEF\xBF\xBD");
    EXPECT_STRING(utf8("\xC0\xAF", 2), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_STRING(utf8("\xED\xA0\x80", 3), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_STRING(utf8("\xF4\x90\x80\x80", 4), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_STRING(stammgast_format("%.1s", "\xC3\xBC"), "\xEF\xBF\xBD");
}

static void texts_are_cut_and_compared_without_reading_past_their_ends(void)
{
    stammgast_string_t empty = {NULL, 0}, text = stammgast_string(" a\xC3\xBC\xE2\x80\x83 ");
    EXPECT(stammgast_same(empty, stammgast_string("")));
    EXPECT_STRING(stammgast_slice(empty, 3, 9), "");
    EXPECT_STRING(stammgast_slice(text, 1, 2), "a");
    EXPECT_STRING(stammgast_slice(text, 2, 1), "");
    EXPECT_STRING(stammgast_trim(text), "a\xC3\xBC");
    EXPECT_STRING(stammgast_trim(stammgast_string(" \t\xC2\xA0")), "");
    EXPECT_STRING(stammgast_trim(empty), "");
    EXPECT_STRING(stammgast_first_characters(text, 3), " a\xC3\xBC");
    EXPECT_STRING(stammgast_first_characters(empty, 3), "");
    EXPECT_INTEGER(stammgast_find(text, 'a'), 1);
    EXPECT_INTEGER(stammgast_find(empty, 'a'), 0);
    EXPECT(stammgast_starts_with(text, empty) && !stammgast_starts_with(empty, text));
    EXPECT_STRING(stammgast_or(stammgast_none(), "other"), "other");
    EXPECT_STRING(stammgast_string(stammgast_c_string(empty)), "");
    EXPECT_STRING(stammgast_format("<%.*s>", STAMMGAST_ARG(empty)), "<>");
}

static size_t count_words(stammgast_string_t text)
{
    stammgast_string_t word;
    size_t place = 0, count = 0;
    while (stammgast_next_word(text, &place, &word)) {
        count++;
    }
    return count;
}

static void words_are_of_letters_and_digits_in_any_alphabet(void)
{
    EXPECT_INTEGER(count_words(stammgast_string("")), 0);
    EXPECT_INTEGER(count_words(stammgast_string("?! ... \xFF\xFE")), 0);
    EXPECT_INTEGER(count_words(stammgast_string("non-refundable 2nd Gr\xC3\xBC\xC3\x9F" "e")), 4);
    EXPECT(stammgast_same_in_any_case(stammgast_string("GR\xC3\x9CN"), stammgast_string("gr\xC3\xBCn")));
    EXPECT(stammgast_same_in_any_case(stammgast_string("\xCE\xA3"), stammgast_string("\xCF\x82")));
    EXPECT(!stammgast_same_in_any_case(stammgast_string("gr"), stammgast_string("gru")));
}

static void numbers_past_64_bits_are_noticed(void)
{
    stammgast_money_t money = {INT64_MIN, stammgast_string("XXX"), 255};
    int64_t result;
    EXPECT(stammgast_add(INT64_MAX - 1, 1, &result) && result == INT64_MAX);
    EXPECT(!stammgast_add(INT64_MAX, 1, &result));
    EXPECT(!stammgast_subtract(INT64_MIN, 1, &result));
    EXPECT(!stammgast_multiply(INT64_MAX, 2, &result));
    EXPECT(!stammgast_unit(&money, &result));
    EXPECT_INTEGER(stammgast_format_money(&money).len, 1 + 256 + 1 + 4);
    money.minor_digits = 18;
    EXPECT(stammgast_unit(&money, &result));
    EXPECT_STRING(stammgast_format_money(&money), "-9.223372036854775808 XXX");
    money.minor_digits = 0;
    EXPECT_STRING(stammgast_format_money(&money), "-9223372036854775808 XXX");
}

static stammgast_config_t open_config(const char *text)
{
    return stammgast_open_config(stammgast_string(text));
}

static void integers_of_the_configuration_are_exact(void)
{
    stammgast_config_t config = open_config("{\"a\":9007199254740993,\"b\":-9223372036854775808,\"c\":true,"
                                            "\"d\":9223372036854775808,\"e\":1.0}");
    EXPECT_INTEGER(stammgast_read_integer(&config, "a", INT64_MIN, INT64_MAX), INT64_C(9007199254740993));
    EXPECT_INTEGER(stammgast_read_integer(&config, "b", INT64_MIN, INT64_MAX), INT64_MIN);
    EXPECT(stammgast_read_boolean(&config, "c"));
    EXPECT(config.problem == NULL);
    EXPECT_INTEGER(stammgast_read_integer(&config, "d", INT64_MIN, INT64_MAX), 0);
    EXPECT_STRING(stammgast_string(config.problem),
                  "`d` must be an integer from -9223372036854775808 to 9223372036854775807");
    config.problem = NULL;
    stammgast_read_integer(&config, "e", 0, 9);
    EXPECT(config.problem != NULL);
    config.problem = NULL;
    stammgast_read_boolean(&config, "a");
    EXPECT_STRING(stammgast_string(config.problem), "`a` must be true or false");
}

static void the_first_problem_is_told_with_its_place(void)
{
    stammgast_config_t config = open_config("{\"a\":{\"b\":{\"list\":[\"x\",1]}},\"null\":null}");
    stammgast_config_t a = stammgast_read_object(&config, "a"), b = stammgast_read_object(&a, "b");
    EXPECT(config.problem == NULL && stammgast_has(&config, "a") && !stammgast_has(&config, "null"));
    EXPECT_INTEGER(stammgast_read_strings(&b, "list").len, 2);
    EXPECT_STRING(stammgast_string(config.problem), "`a.b.list` must be a list of strings");
    stammgast_read_string(&b, "other");
    EXPECT_STRING(stammgast_string(config.problem), "`a.b.list` must be a list of strings");
    config.problem = NULL;
    stammgast_only(&config, "a", NULL);
    EXPECT_STRING(stammgast_string(config.problem), "`null` is not known; remove it");
}

static void a_problem_that_is_passed_over_is_an_error(void)
{
    stammgast_purchase_t purchase = stammgast_test_purchase(1, "EUR", 2);
    EXPECT(!stammgast_test_on_purchase(&purchase, "{\"program\":\"No code\"}"));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_INVALID_CONFIG);
    EXPECT(stammgast_test_on_purchase(&purchase, "{\"program\":\"points\"}"));
}

static void huge_values_are_read_and_written(void)
{
    const size_t len = 1 << 20;
    char *letters = (char *)stammgast_allocate(len + 3);
    char *brackets = (char *)stammgast_allocate(len + 1);
    stammgast_config_t config;
    yyjson_mut_doc *written = stammgast_new_json();
    memset(letters, 'x', len);
    memset(brackets, '[', len);
    EXPECT_INTEGER(stammgast_trim(stammgast_string_n(letters, len)).len, len);
    EXPECT_INTEGER(count_words(stammgast_string_n(letters, len)), 1);
    memset(letters, 0xFF, len);
    EXPECT_INTEGER(stammgast_clean(stammgast_string_n(letters, len)).len, 3 * len);
    config = stammgast_open_config(stammgast_string_n(brackets, len));
    EXPECT(config.problem != NULL);
    memset(letters, 'x', len);
    letters[0] = '"';
    letters[len - 1] = '"';
    EXPECT_INTEGER(stammgast_json_string(stammgast_read_json(stammgast_string_n(letters, len), NULL)).len, len - 2);
    yyjson_mut_doc_set_root(written, yyjson_mut_strn(written, letters + 1, len - 2));
    EXPECT_INTEGER(stammgast_write_json(written).len, len);
    EXPECT_STRING(stammgast_json_string(stammgast_read_json(stammgast_string("[1,2]"), NULL)), "");
}

int main(void)
{
    RUN(bytes_that_are_no_utf8_become_the_replacement_character);
    RUN(texts_are_cut_and_compared_without_reading_past_their_ends);
    RUN(words_are_of_letters_and_digits_in_any_alphabet);
    RUN(numbers_past_64_bits_are_noticed);
    RUN(integers_of_the_configuration_are_exact);
    RUN(the_first_problem_is_told_with_its_place);
    RUN(a_problem_that_is_passed_over_is_an_error);
    RUN(huge_values_are_read_and_written);
    return stammgast_test_result();
}
