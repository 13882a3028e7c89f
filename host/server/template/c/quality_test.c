/// The rule, natively: see "Native tests" in README.md.
#define STAMMGAST_QUALITY 1
#include "testing.h"

#include "plugin.c"

static void whole_words_are_found_in_any_case(void)
{
    const char *config = stammgast_test_file("config.json");
    stammgast_interaction_t contact = stammgast_test_contact(NULL, "I want a Refund!");
    stammgast_interaction_t other = stammgast_test_contact("Returns", "It is non-refundable.");

    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_check_interaction(&contact, config));
    EXPECT_INTEGER(stammgast_test.finding_count, 1);
    EXPECT(stammgast_test.findings[0].severity == STAMMGAST_INFO);
    EXPECT_STRING(stammgast_test.findings[0].code, "word-found");
    EXPECT_STRING(stammgast_test.findings[0].text, "the word `Refund` occurs in the text");
    EXPECT_STRING(stammgast_test.findings[0].field, "text");
    EXPECT_STRING(stammgast_test.findings[0].quote, "Refund");

    EXPECT(stammgast_test_check_interaction(&other, config));
    EXPECT_INTEGER(stammgast_test.finding_count, 0);
}

static void a_configuration_that_cannot_be_used_is_refused(void)
{
    stammgast_interaction_t contact = stammgast_test_contact(NULL, "I want a Refund!");

    EXPECT(!stammgast_test_check_interaction(&contact, "{\"words\":\"refund\"}"));
    EXPECT(stammgast_test.error.sort == STAMMGAST_INVALID_CONFIG);
    EXPECT_STRING(stammgast_test.error.text, "`words` must be a list of strings");
}

int main(void)
{
    RUN(whole_words_are_found_in_any_case);
    RUN(a_configuration_that_cannot_be_used_is_refused);
    return stammgast_test_result();
}
