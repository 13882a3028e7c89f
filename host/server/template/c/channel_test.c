/// The rule, natively: see "Native tests" in README.md.
#define STAMMGAST_CHANNEL 1
#include "testing.h"

#include "plugin.c"

static bool read_message(const char *message, const char *config)
{
    return stammgast_test_read_message(stammgast_bytes(stammgast_string(message)), "text/plain", config);
}

static void the_first_line_says_who_writes(void)
{
    stammgast_test_manifest("manifest.json");
    EXPECT(read_message("from: ada@example.com\nHello\n", stammgast_test_file("config.json")));
    EXPECT_INTEGER(stammgast_test.message_count, 1);
    EXPECT(stammgast_test.messages[0].direction == STAMMGAST_INBOUND);
    EXPECT(stammgast_test.messages[0].party.is_some);
    EXPECT(stammgast_test.messages[0].party.val.kind == STAMMGAST_EMAIL);
    EXPECT_STRING(stammgast_test.messages[0].party.val.address, "ada@example.com");
    EXPECT_STRING(stammgast_test.messages[0].text, "Hello");
    EXPECT(!stammgast_test.messages[0].subject.is_some);
}

static void without_a_sender_it_is_no_message_of_this_channel(void)
{
    EXPECT(!read_message("Hello", stammgast_test_file("config.json")));
    EXPECT(stammgast_test.error.sort == STAMMGAST_MALFORMED);
    EXPECT_STRING(stammgast_test.error.text, "the first line must be `from: <e-mail address>`");
}

static void it_cannot_send_yet(void)
{
    stammgast_outgoing_message_t message = stammgast_test_outgoing(STAMMGAST_EMAIL, "ada@example.com", "Yes, we do.");

    EXPECT(!stammgast_test_build_send(&message, stammgast_test_file("config.json")));
    EXPECT(stammgast_test.error.sort == STAMMGAST_UNSUPPORTED);
}

static void a_configuration_that_cannot_be_used_is_refused(void)
{
    EXPECT(!read_message("from: ada@example.com\nHello\n", "{}"));
    EXPECT(stammgast_test.error.sort == STAMMGAST_INVALID_CONFIG);
    EXPECT_STRING(stammgast_test.error.text, "`sender_mark` is missing");
}

int main(void)
{
    RUN(the_first_line_says_who_writes);
    RUN(without_a_sender_it_is_no_message_of_this_channel);
    RUN(it_cannot_send_yet);
    RUN(a_configuration_that_cannot_be_used_is_refused);
    return stammgast_test_result();
}
