/// The rule, natively: README.md says how.
#define STAMMGAST_LOYALTY 1
#include "testing.h"

#include "plugin.c"

static const char without_bonus[] = "{\"program\":\"points\",\"points_per_unit\":3}";

static stammgast_purchase_line_t line(const char *category, int64_t amount_minor)
{
    stammgast_purchase_line_t line;
    memset(&line, 0, sizeof line);
    line.product = stammgast_string("CD-1001");
    line.category = category == NULL ? stammgast_none() : stammgast_some(stammgast_string(category));
    line.quantity = 1;
    line.amount_minor = amount_minor;
    return line;
}

/// The call ends well and earns this once.
static void earns(const stammgast_purchase_t *purchase, const char *config, int64_t points, const char *text)
{
    EXPECT(stammgast_test_on_purchase(purchase, config));
    EXPECT_INTEGER(stammgast_test.earned_count, 1);
    if (stammgast_test.earned_count == 1) {
        EXPECT_STRING(stammgast_test.earned[0].program, "points");
        EXPECT_INTEGER(stammgast_test.earned[0].points, points);
        EXPECT_STRING(stammgast_test.earned[0].code, "purchase");
        EXPECT_STRING(stammgast_test.earned[0].text, text);
    }
}

static void earns_nothing(const stammgast_purchase_t *purchase, const char *config)
{
    EXPECT(stammgast_test_on_purchase(purchase, config));
    EXPECT_INTEGER(stammgast_test.earned_count, 0);
}

static void refuses(const stammgast_purchase_t *purchase, const char *config, int sort, const char *text)
{
    EXPECT(!stammgast_test_on_purchase(purchase, config));
    EXPECT_INTEGER(stammgast_test.error.sort, sort);
    EXPECT_STRING(stammgast_test.error.text, text);
}

static void without_lines_the_amount_counts(void)
{
    stammgast_purchase_t purchase = stammgast_test_purchase(1250, "EUR", 2);
    earns(&purchase, stammgast_test_file("config.json"), 12, "12 points for 12.50 EUR");
    earns(&purchase, without_bonus, 36, "36 points for 12.50 EUR");
}

static void lines_count_by_their_category_and_halves_add_up(void)
{
    stammgast_purchase_line_t lines[] = {line("music", 250), line("music", 250), line("books", 150), line(NULL, 50)};
    stammgast_purchase_t purchase = stammgast_test_purchase(700, "EUR", 2);
    purchase.lines.ptr = lines;
    purchase.lines.len = 4;
    earns(&purchase, stammgast_test_file("config.json"), 12, "12 points for 7.00 EUR");
    earns(&purchase, without_bonus, 21, "21 points for 7.00 EUR");
}

static void a_currency_without_decimals_is_written_without_a_point(void)
{
    stammgast_purchase_t purchase = stammgast_test_purchase(1200, "JPY", 0);
    earns(&purchase, stammgast_test_file("config.json"), 1200, "1200 points for 1200 JPY");
}

static void zero_points_are_not_asked_for(void)
{
    stammgast_purchase_t gift = stammgast_test_purchase(0, "EUR", 2);
    stammgast_purchase_t sticker = stammgast_test_purchase(99, "EUR", 2);
    stammgast_purchase_t purchase = stammgast_test_purchase(1250, "EUR", 2);
    earns_nothing(&gift, stammgast_test_file("config.json"));
    earns_nothing(&sticker, stammgast_test_file("config.json"));
    earns_nothing(&purchase, "{\"program\":\"points\",\"points_per_unit\":0}");
}

static void amounts_are_written_with_all_their_decimals(void)
{
    stammgast_money_t cents = {5, stammgast_string("EUR"), 2}, dinars = {1234567, stammgast_string("KWD"), 3};
    EXPECT_STRING(stammgast_format_money(&cents), "0.05 EUR");
    EXPECT_STRING(stammgast_format_money(&dinars), "1234.567 KWD");
}

static void a_broken_configuration_is_refused(void)
{
    stammgast_purchase_t purchase = stammgast_test_purchase(1250, "EUR", 2);
    refuses(&purchase, "{\"program\":\"points\"}", STAMMGAST_INVALID_CONFIG, "`points_per_unit` is missing");
    refuses(&purchase, "{\"program\":\"points\",\"points_per_unit\":1,\"bonus\":{\"category\":\"music\"}}",
            STAMMGAST_INVALID_CONFIG, "`bonus.points_per_unit` is missing");
    refuses(&purchase, "{\"program\":\"points\",\"points_per_unit\":1,\"points\":2}", STAMMGAST_INVALID_CONFIG,
            "`points` is not known; remove it");
    refuses(&purchase, "{\"program\":\"points\",\"points_per_unit\":1001}", STAMMGAST_INVALID_CONFIG,
            "`points_per_unit` must be an integer from 0 to 1000");
    EXPECT(!stammgast_test_on_purchase(&purchase, "{\"program\":"));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_INVALID_CONFIG);
}

static void points_that_64_bits_do_not_hold_are_an_error(void)
{
    const char *text = "the points of this purchase cannot be counted in 64 bits";
    stammgast_purchase_line_t lines[] = {line("books", INT64_MAX), line("books", 1)};
    stammgast_purchase_t large = stammgast_test_purchase(INT64_MAX, "JPY", 0);
    stammgast_purchase_t strange = stammgast_test_purchase(1, "EUR", 255);
    refuses(&large, without_bonus, STAMMGAST_FAILED, text);
    refuses(&strange, without_bonus, STAMMGAST_FAILED, text);
    large.lines.ptr = lines;
    large.lines.len = 2;
    refuses(&large, without_bonus, STAMMGAST_FAILED, text);
}

int main(void)
{
    RUN(without_lines_the_amount_counts);
    RUN(lines_count_by_their_category_and_halves_add_up);
    RUN(a_currency_without_decimals_is_written_without_a_point);
    RUN(zero_points_are_not_asked_for);
    RUN(amounts_are_written_with_all_their_decimals);
    RUN(a_broken_configuration_is_refused);
    RUN(points_that_64_bits_do_not_hold_are_an_error);
    return stammgast_test_result();
}
