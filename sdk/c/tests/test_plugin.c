/// The plugin of every kind, natively: each function of the SDK once at least, and what a test sees of it.
#define STAMMGAST_LOYALTY 1
#define STAMMGAST_QUALITY 1
#define STAMMGAST_CHANNEL 1
#define STAMMGAST_FEEDBACK 1
#include "testing.h"

#include "plugin.c"

#include "channel.c"

static const char config[] = "{\"program\":\"points\",\"department\":\"service\"}";

static stammgast_customer_t customer(const char *name)
{
    stammgast_customer_t customer;
    memset(&customer, 0, sizeof customer);
    customer.id = stammgast_string("customer-1");
    customer.status = stammgast_string("active");
    customer.name = name == NULL ? stammgast_none() : stammgast_some(stammgast_string(name));
    return customer;
}

static void state_counts_over_calls_and_pages_are_followed(void)
{
    stammgast_purchase_t purchases[5];
    stammgast_customer_t ada = customer("Ada \xFF");
    size_t place;
    for (place = 0; place < 5; place++) {
        purchases[place] = stammgast_test_purchase(100, "EUR", 2);
    }
    stammgast_test_manifest("manifest.json");
    stammgast_test.customer = &ada;
    stammgast_test.points = 7;
    stammgast_test.purchases = purchases;
    stammgast_test.purchase_count = 5;
    EXPECT(stammgast_test_on_purchase(&purchases[0], config));
    EXPECT_STRING(stammgast_test.lines[0].text, "the last purchase was nothing");
    EXPECT(stammgast_test_on_purchase(&purchases[1], config));
    EXPECT_STRING(stammgast_test.lines[0].text, "the last purchase was another");
    EXPECT_INTEGER(stammgast_test.earned_count, 0);
    EXPECT(stammgast_test_on_purchase(&purchases[2], config));
    EXPECT_INTEGER(stammgast_test.earned_count, 1);
    EXPECT_INTEGER(stammgast_test.earned[0].points, 500);
    EXPECT_STRING(stammgast_test.earned[0].text, "Ada \xEF\xBF\xBD had 7 points");
    EXPECT(stammgast_test_on_purchase(&purchases[3], config));
    EXPECT_INTEGER(stammgast_test.earned_count, 0);
}

static void after_an_error_nothing_has_happened(void)
{
    stammgast_purchase_t large = stammgast_test_purchase(INT64_MAX, "EUR", 2);
    stammgast_purchase_t purchases[2];
    stammgast_customer_t nobody = customer(NULL);
    int call;
    purchases[0] = purchases[1] = large;
    EXPECT(!stammgast_test_on_purchase(&large, config));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_UNSUPPORTED);
    EXPECT_STRING(stammgast_test.error.text, "a purchase of nobody earns nothing");
    stammgast_test.customer = &nobody;
    stammgast_test.purchases = purchases;
    stammgast_test.purchase_count = 2;
    for (call = 0; call < 4; call++) {
        // The third call deletes the count and fails, so the fourth finds it again.
        EXPECT(stammgast_test_on_purchase(&large, config) == (call < 2));
    }
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_FAILED);
}

/// How many expectations it costs to use a capability.
static int missed(const char *capability)
{
    const int before = stammgast_test_failures;
    int after;
    stammgast_test_need(capability);
    after = stammgast_test_failures;
    stammgast_test_failures = before;
    return after - before;
}

static void what_the_manifest_does_not_ask_for_is_not_granted(void)
{
    EXPECT_INTEGER(missed("lookup.interactions.text"), 0);
    stammgast_test_manifest("manifest.json");
    EXPECT_INTEGER(missed("lookup.interactions.text"), 1);
    EXPECT_INTEGER(missed("lookup.interactions"), 0);
}

static void findings_come_with_and_without_evidence(void)
{
    stammgast_interaction_t blank = stammgast_test_contact(NULL, " \n");
    stammgast_interaction_t nothing = stammgast_test_contact("Hello", "");
    stammgast_past_interaction_t before[3];
    stammgast_test_manifest("manifest.json");
    memset(before, 0, sizeof before);
    EXPECT(stammgast_test_check_interaction(&blank, config));
    EXPECT_INTEGER(stammgast_test.finding_count, 1);
    EXPECT(!stammgast_test.findings[0].has_evidence);
    stammgast_test.interactions = before;
    stammgast_test.interaction_count = 3;
    EXPECT(stammgast_test_check_interaction(&blank, config));
    EXPECT_INTEGER(stammgast_test.finding_count, 2);
    EXPECT_INTEGER(stammgast_test.findings[1].severity, STAMMGAST_MINOR);
    EXPECT_STRING(stammgast_test.findings[1].text, "it is contact number 3");
    EXPECT_STRING(stammgast_test.findings[1].quote, " \n");
    EXPECT(!stammgast_test_check_interaction(&nothing, config));
    EXPECT_STRING(stammgast_test.error.text, "there is nothing to check");
    EXPECT_INTEGER(stammgast_test.finding_count, 0);
}

static void an_item_may_be_without_evidence(void)
{
    stammgast_interaction_t contact = stammgast_test_contact(NULL, "Why?");
    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_route_interaction(&contact, config));
    EXPECT_INTEGER(stammgast_test.item_count, 1);
    EXPECT_STRING(stammgast_test.items[0].department, "service");
    EXPECT_STRING(stammgast_test.items[0].title, "Why?");
    EXPECT(!stammgast_test.items[0].has_evidence);
}

static bool read_message(const char *body)
{
    return stammgast_test_read_message(stammgast_bytes(stammgast_string(body)), "application/json", config);
}

static void messages_are_read_with_all_that_they_hold(void)
{
    stammgast_test_manifest("manifest.json");
    EXPECT(read_message("{\"id\":\"m1\",\"from\":\"c1\",\"name\":\"Ada\",\"text\":\"Hi\",\"at\":-5,\"file\":\"a.png\","
                        "\"replies_to\":[\"m0\",\"\"]}"));
    EXPECT_INTEGER(stammgast_test.message_count, 1);
    EXPECT_STRING(stammgast_test.messages[0].external_id.val, "m1");
    EXPECT_STRING(stammgast_test.messages[0].party.val.name.val, "Ada");
    EXPECT_STRING(stammgast_test.messages[0].text, "Hi");
    EXPECT_INTEGER(stammgast_test.messages[0].sent_at.val, -5);
    EXPECT_INTEGER(stammgast_test.messages[0].attachments.len, 1);
    EXPECT_STRING(stammgast_test.messages[0].attachments.ptr[0].name, "a.png");
    EXPECT_INTEGER(stammgast_test.messages[0].in_reply_to.len, 2);
    EXPECT_STRING(stammgast_test.messages[0].in_reply_to.ptr[0], "m0");
    EXPECT(read_message("{\"from\":\"\"}"));
    EXPECT(!stammgast_test.messages[0].external_id.is_some);
    EXPECT(!read_message("{\"text\":\"Hi\"}"));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_MALFORMED);
    EXPECT(!read_message(""));
    EXPECT(!read_message("[]"));
    EXPECT_STRING(stammgast_test.error.text, "the message cannot be read: it is no object");
}

static void a_request_over_http_holds_secrets_by_name(void)
{
    stammgast_outgoing_message_t message = stammgast_test_outgoing(STAMMGAST_CHAT, "c1", "Say \"hi\"");
    const stammgast_http_request_t *http = &stammgast_test.request.val.http;
    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_build_send(&message, config));
    EXPECT_INTEGER(stammgast_test.request.tag, STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_REQUEST_HTTP);
    EXPECT_INTEGER(http->method, STAMMGAST_POST);
    EXPECT_INTEGER(http->path.len, 2);
    EXPECT_STRING(http->path.ptr[0].val.text, "/send?token=");
    EXPECT_STRING(http->path.ptr[1].val.secret.name, "token");
    EXPECT_INTEGER(http->path.ptr[1].val.secret.encoding, STAMMGAST_PERCENT);
    EXPECT_STRING(http->headers.ptr[0].name, "content-type");
    EXPECT_STRING(http->headers.ptr[0].value.ptr[0].val.text, "application/json");
    EXPECT_STRING(stammgast_utf8(http->body.val.bytes), "{\"to\":\"c1\",\"text\":\"Say \\\"hi\\\"\"}");
    EXPECT_STRING(http->authorization.val.val.basic.user.val.text, "service");
    EXPECT_STRING(http->signature.val.secret, "signing-key");
    EXPECT_INTEGER(http->signature.val.over.len, 3);
    EXPECT_STRING(http->signature.val.over.ptr[1].val.text, ".");
    EXPECT_INTEGER(http->signature.val.value.len, 4);

    message = stammgast_test_outgoing(STAMMGAST_HANDLE, "@ada", "");
    EXPECT(stammgast_test_build_send(&message, config));
    EXPECT_INTEGER(http->headers.len, 0);
    EXPECT_INTEGER(http->body.val.pieces.len, 3);
    EXPECT_STRING(http->body.val.pieces.ptr[1].val.secret.name, "token");
    EXPECT_STRING(http->authorization.val.val.bearer, "token");
    EXPECT(!http->signature.is_some);
}

static void mail_goes_out_as_bytes(void)
{
    stammgast_outgoing_message_t message = stammgast_test_outgoing(STAMMGAST_EMAIL, "ada@example.com", "Hi");
    EXPECT(stammgast_test_build_send(&message, config));
    EXPECT_INTEGER(stammgast_test.request.tag, STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_REQUEST_MAIL);
    EXPECT_STRING(stammgast_test.request.val.mail.recipients.ptr[0], "ada@example.com");
    EXPECT_STRING(stammgast_utf8(stammgast_test.request.val.mail.message), "To: ada@example.com\r\n\r\nHi\r\n");
    message.to.kind = STAMMGAST_PHONE;
    EXPECT(!stammgast_test_build_send(&message, config));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_UNSUPPORTED);
}

static void answers(uint16_t status, const char *retry_after, const char *body)
{
    stammgast_outgoing_message_t message = stammgast_test_outgoing(STAMMGAST_CHAT, "c1", "Hi");
    plugin_tuple2_string_string_t header = {stammgast_string("retry-after"), stammgast_string(retry_after)};
    stammgast_http_response_t response = {status, {&header, 1}, stammgast_bytes(stammgast_string(body))};
    EXPECT(stammgast_test_read_response(&message, &response, config));
}

static void what_the_provider_answers_decides_what_becomes_of_a_message(void)
{
    const stammgast_send_outcome_t *outcome = &stammgast_test.outcome;
    answers(200, "", "{\"id\":\"p1\"}");
    EXPECT_STRING(outcome->val.sent.val, "p1");
    answers(204, "", "");
    EXPECT(outcome->tag == STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_SENT && !outcome->val.sent.is_some);
    answers(429, " 30 ", "{");
    EXPECT_INTEGER(outcome->tag, STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_LATER);
    EXPECT_INTEGER(outcome->val.later.after_ms.val, 30000);
    answers(503, "9999999999", "");
    EXPECT(!outcome->val.later.after_ms.is_some);
    answers(404, "", "[]");
    EXPECT_STRING(outcome->val.rejected, "the provider answered with status 404");
}

static void the_status_alone_decides_where_the_body_says_nothing(void)
{
    const stammgast_send_outcome_t *outcome = &stammgast_test.outcome;
    const char *line = stammgast_test_file("../../response-statuses.txt");
    for (; *line != '\0'; line = strchr(line, '\n') + 1) {
        unsigned status = 0;
        char meaning[9] = "", says[64];
        EXPECT_INTEGER(sscanf(line, "%u %8s", &status, meaning), 2);
        snprintf(says, sizeof says, "the provider answered with status %u", status);
        answers((uint16_t)status, "", "");
        if (strcmp(meaning, "sent") == 0) {
            EXPECT_INTEGER(outcome->tag, STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_SENT);
        } else if (strcmp(meaning, "later") == 0) {
            EXPECT_INTEGER(outcome->tag, STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_LATER);
            EXPECT_STRING(outcome->val.later.reason, says);
        } else {
            EXPECT_INTEGER(outcome->tag, STAMMGAST_CHANNEL_CHANNEL_TYPES_SEND_OUTCOME_REJECTED);
            EXPECT_STRING(outcome->val.rejected, says);
        }
    }
}

static void what_no_host_gives_is_an_error_of_the_configuration(void)
{
    static const char *const broken[] = {"", "{", "[]", "null", "{\"program\":1}", "{\"program\":\"\"}", "{}"};
    stammgast_purchase_t purchase = stammgast_test_purchase(1, "EUR", 2);
    size_t place;
    for (place = 0; place < sizeof broken / sizeof *broken; place++) {
        EXPECT(!stammgast_test_on_purchase(&purchase, broken[place]));
        EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_INVALID_CONFIG);
    }
}

int main(void)
{
    RUN(state_counts_over_calls_and_pages_are_followed);
    RUN(after_an_error_nothing_has_happened);
    RUN(what_the_manifest_does_not_ask_for_is_not_granted);
    RUN(findings_come_with_and_without_evidence);
    RUN(an_item_may_be_without_evidence);
    RUN(messages_are_read_with_all_that_they_hold);
    RUN(a_request_over_http_holds_secrets_by_name);
    RUN(mail_goes_out_as_bytes);
    RUN(what_the_provider_answers_decides_what_becomes_of_a_message);
    RUN(the_status_alone_decides_where_the_body_says_nothing);
    RUN(what_no_host_gives_is_an_error_of_the_configuration);
    return stammgast_test_result();
}
