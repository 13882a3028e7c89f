/// The rule, natively: see "Native tests" in README.md.
#define STAMMGAST_FEEDBACK 1
#include "testing.h"

#include "plugin.c"

static void whole_words_are_found_in_any_case(void)
{
    const char *config = stammgast_test_file("config.json");
    stammgast_interaction_t contact = stammgast_test_contact(NULL, "Where is my PARCEL?");
    stammgast_interaction_t other = stammgast_test_contact("Question", "Where are my parcels?");

    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_route_interaction(&contact, config));
    EXPECT_INTEGER(stammgast_test.item_count, 1);
    EXPECT_STRING(stammgast_test.items[0].department, "logistics");
    EXPECT(stammgast_test.items[0].kind == STAMMGAST_COMPLAINT);
    EXPECT_STRING(stammgast_test.items[0].topic, "delivery");
    EXPECT_STRING(stammgast_test.items[0].title, "the customer speaks of `PARCEL`");
    EXPECT_STRING(stammgast_test.items[0].code, "word-found");
    EXPECT_STRING(stammgast_test.items[0].text, "the customer speaks of `PARCEL`");
    EXPECT_STRING(stammgast_test.items[0].field, "text");
    EXPECT_STRING(stammgast_test.items[0].quote, "PARCEL");

    EXPECT(stammgast_test_route_interaction(&other, config));
    EXPECT_INTEGER(stammgast_test.item_count, 0);
}

static void what_the_company_writes_is_no_feedback(void)
{
    stammgast_interaction_t contact = stammgast_test_contact("Your parcel", "It is on its way.");
    contact.direction = STAMMGAST_OUTBOUND;

    EXPECT(stammgast_test_route_interaction(&contact, stammgast_test_file("config.json")));
    EXPECT_INTEGER(stammgast_test.item_count, 0);
}

static void a_configuration_that_cannot_be_used_is_refused(void)
{
    stammgast_interaction_t contact = stammgast_test_contact(NULL, "Where is my PARCEL?");

    EXPECT(!stammgast_test_route_interaction(&contact, "{\"words\":[\"parcel\"],\"topic\":\"delivery\"}"));
    EXPECT(stammgast_test.error.sort == STAMMGAST_INVALID_CONFIG);
    EXPECT_STRING(stammgast_test.error.text, "`department` is missing");
}

int main(void)
{
    RUN(whole_words_are_found_in_any_case);
    RUN(what_the_company_writes_is_no_feedback);
    RUN(a_configuration_that_cannot_be_used_is_refused);
    return stammgast_test_result();
}
