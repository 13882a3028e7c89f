/// The rule, natively: see "Native tests" in README.md.
#define STAMMGAST_LOYALTY 1
#include "testing.h"

#include "plugin.c"

static void every_purchase_earns_the_same_but_gifts_earn_nothing(void)
{
    const char *config = stammgast_test_file("config.json");
    stammgast_purchase_t purchase = stammgast_test_purchase(1250, "EUR", 2);
    stammgast_purchase_t gift = stammgast_test_purchase(0, "EUR", 2);

    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_on_purchase(&purchase, config));
    EXPECT_INTEGER(stammgast_test.earned_count, 1);
    EXPECT_STRING(stammgast_test.earned[0].program, "points");
    EXPECT_INTEGER(stammgast_test.earned[0].points, 10);
    EXPECT_STRING(stammgast_test.earned[0].code, "purchase");
    EXPECT_STRING(stammgast_test.earned[0].text, "10 points for a purchase");

    EXPECT(stammgast_test_on_purchase(&gift, config));
    EXPECT_INTEGER(stammgast_test.earned_count, 0);
}

static void a_configuration_that_cannot_be_used_is_refused(void)
{
    stammgast_purchase_t purchase = stammgast_test_purchase(1250, "EUR", 2);

    EXPECT(!stammgast_test_on_purchase(&purchase, "{\"program\":\"points\"}"));
    EXPECT(stammgast_test.error.sort == STAMMGAST_INVALID_CONFIG);
    EXPECT_STRING(stammgast_test.error.text, "`points_per_purchase` is missing");
}

int main(void)
{
    RUN(every_purchase_earns_the_same_but_gifts_earn_nothing);
    RUN(a_configuration_that_cannot_be_used_is_refused);
    return stammgast_test_result();
}
