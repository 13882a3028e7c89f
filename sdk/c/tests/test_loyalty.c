/// The rules about what is no purchase, natively, as a plugin without rules about purchases has them.
#define STAMMGAST_LOYALTY_OCCASIONS 1
#define STAMMGAST_LOYALTY_ACTIVITIES 1
#define STAMMGAST_LOYALTY_POINTS 1
#include "testing.h"

#include "loyalty.c"

static const char config[] = "{\"program\":\"points\",\"department\":\"service\"}";

static void a_birthday_earns_and_is_congratulated_in_this_order(void)
{
    stammgast_occasion_t birthday = stammgast_test_occasion("birthday", stammgast_date(2026, 2, 28));
    const stammgast_test_effect_t *effects;
    stammgast_test_manifest("manifest.json");
    birthday.years.is_some = true;
    birthday.years.val = 40;
    EXPECT(stammgast_test_on_occasion(&birthday, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 3);
    effects = stammgast_test.effects;
    EXPECT_INTEGER(effects[0].sort, STAMMGAST_TEST_EARN_DECIMAL);
    EXPECT_STRING(effects[0].program, "points");
    EXPECT_STRING(effects[0].points, "12.5");
    EXPECT_STRING(effects[0].text, "a birthday");
    EXPECT_INTEGER(effects[1].sort, STAMMGAST_TEST_PROPOSE_CONTACT);
    EXPECT_INTEGER(effects[1].message.purpose, STAMMGAST_RELATIONSHIP);
    EXPECT_STRING(effects[1].message.topic, "birthday");
    EXPECT_STRING(effects[1].message.title, "Happy birthday");
    EXPECT_STRING(effects[1].message.text, "40 years!");
    EXPECT_STRING(effects[1].message.offer.val, "cake");
    EXPECT(effects[1].message.last_day.is_some);
    EXPECT_STRING(stammgast_format_date(effects[1].message.last_day.val), "2026-02-28");
    EXPECT_STRING(effects[1].code, "birthday");
    EXPECT_INTEGER(effects[2].sort, STAMMGAST_TEST_MAKE_ELIGIBLE);
    EXPECT_STRING(effects[2].reward, "breakfast");
    EXPECT(effects[2].last_day.is_some);
    EXPECT_STRING(stammgast_format_date(effects[2].last_day.val), "2026-02-28");
    EXPECT_STRING(effects[2].text, "a breakfast on the birthday");
    EXPECT_INTEGER(stammgast_test.earned_count, 0);
}

static void a_tier_in_review_is_reminded_of_on_its_last_day(void)
{
    stammgast_occasion_t occasion = stammgast_test_occasion("tier-review", stammgast_date(2026, 12, 31));
    stammgast_test_manifest("manifest.json");
    occasion.program = stammgast_some(stammgast_string("points"));
    EXPECT(stammgast_test_on_occasion(&occasion, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 0);
    stammgast_test.tier.code = stammgast_some(stammgast_string("gold"));
    stammgast_test.tier.last_day.is_some = true;
    stammgast_test.tier.last_day.val = occasion.day;
    stammgast_test.tier.in_review = true;
    EXPECT(stammgast_test_on_occasion(&occasion, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 1);
    EXPECT_INTEGER(stammgast_test.effects[0].sort, STAMMGAST_TEST_SET_REMINDER);
    EXPECT_STRING(stammgast_test.effects[0].name, "lose-gold");
    EXPECT_STRING(stammgast_format_date(stammgast_test.effects[0].day), "2026-12-31");
    EXPECT_STRING(stammgast_test.effects[0].code, "");

    occasion = stammgast_test_occasion("reminder", occasion.day);
    occasion.name = stammgast_some(stammgast_string("lose-gold"));
    EXPECT(stammgast_test_on_occasion(&occasion, config));
    EXPECT_STRING(stammgast_test.effects[0].text, "lose-gold");
    EXPECT(!stammgast_test.effects[0].message.offer.is_some && !stammgast_test.effects[0].message.last_day.is_some);
    occasion.kind = stammgast_string("something-new");
    EXPECT(stammgast_test_on_occasion(&occasion, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 0);
}

static void an_activity_tells_its_details_by_name(void)
{
    stammgast_activity_t activity = stammgast_test_activity("survey-answered");
    plugin_tuple2_string_string_t details[] = {
        {stammgast_string("stars"), stammgast_string("5")},
        {stammgast_string("tier"), stammgast_string("gold")},
    };
    stammgast_test_manifest("manifest.json");
    EXPECT(!stammgast_test_on_activity(&activity, config));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_UNSUPPORTED);
    activity.details.ptr = details;
    activity.details.len = 2;
    EXPECT(stammgast_test_on_activity(&activity, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 2);
    EXPECT_INTEGER(stammgast_test.effects[0].sort, STAMMGAST_TEST_EARN);
    EXPECT_STRING(stammgast_test.effects[0].points, "1");
    EXPECT_INTEGER(stammgast_test.earned_count, 1);
    EXPECT_INTEGER(stammgast_test.earned[0].points, 1);
    EXPECT_INTEGER(stammgast_test.effects[1].sort, STAMMGAST_TEST_PROPOSE_TIER);
    EXPECT_STRING(stammgast_test.effects[1].program, "points");
    EXPECT_STRING(stammgast_test.effects[1].tier, "gold");
    EXPECT_STRING(stammgast_test.effects[1].text, "the app says so");
}

static void members_may_claim_a_reward_as_long_as_they_are_members(void)
{
    stammgast_activity_t activity = stammgast_test_activity("membership-started");
    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_on_activity(&activity, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 2);
    EXPECT_INTEGER(stammgast_test.effects[0].sort, STAMMGAST_TEST_CANCEL_REMINDER);
    EXPECT_STRING(stammgast_test.effects[0].name, "lose-gold");
    EXPECT_INTEGER(stammgast_test.effects[1].sort, STAMMGAST_TEST_MAKE_ELIGIBLE);
    EXPECT_STRING(stammgast_test.effects[1].reward, "lounge");
    EXPECT(!stammgast_test.effects[1].last_day.is_some);
    EXPECT_STRING(stammgast_test.effects[1].code, "member");

    activity = stammgast_test_activity("membership-ended");
    EXPECT(stammgast_test_on_activity(&activity, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 2);
    EXPECT_INTEGER(stammgast_test.effects[0].sort, STAMMGAST_TEST_END_ELIGIBILITY);
    EXPECT_STRING(stammgast_test.effects[0].reward, "lounge");
    EXPECT(!stammgast_test.effects[0].last_day.is_some);
    EXPECT_STRING(stammgast_test.effects[0].code, "no-member");
    EXPECT_STRING(stammgast_test.effects[0].text, "no member any more");
    EXPECT_INTEGER(stammgast_test.effects[1].sort, STAMMGAST_TEST_PROPOSE_NO_TIER);
    EXPECT_STRING(stammgast_test.effects[1].program, "points");
    EXPECT_STRING(stammgast_test.effects[1].tier, "");
    EXPECT_STRING(stammgast_test.effects[1].code, "no-member");
    EXPECT_STRING(stammgast_test.effects[1].text, "tiers are for members");
}

static void lost_points_are_worth_a_voucher(void)
{
    stammgast_points_change_t change = stammgast_test_points_change("points", "expired", -120);
    stammgast_test_manifest("manifest.json");
    EXPECT(stammgast_test_on_points(&change, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 1);
    EXPECT_INTEGER(stammgast_test.effects[0].sort, STAMMGAST_TEST_ISSUE_VOUCHER);
    EXPECT_STRING(stammgast_test.effects[0].offer, "comeback");
    EXPECT_STRING(stammgast_test.effects[0].text, "120 points of points have expired");
    change = stammgast_test_points_change("points", "expired", INT64_MIN);
    EXPECT(!stammgast_test_on_points(&change, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 0);
    change = stammgast_test_points_change("points", "earned", 5);
    EXPECT(stammgast_test_on_points(&change, config));
    EXPECT_INTEGER(stammgast_test.effect_count, 0);
}

static void what_no_host_gives_is_an_error_of_every_family(void)
{
    stammgast_occasion_t occasion = stammgast_test_occasion("birthday", stammgast_date(2026, 2, 28));
    stammgast_activity_t activity = stammgast_test_activity("survey-answered");
    stammgast_points_change_t change = stammgast_test_points_change("points", "expired", -1);
    EXPECT(!stammgast_test_on_occasion(&occasion, "{}") && !stammgast_test_on_activity(&activity, "[]"));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_INVALID_CONFIG);
    EXPECT(!stammgast_test_on_points(&change, "{"));
    EXPECT_INTEGER(stammgast_test.error.sort, STAMMGAST_INVALID_CONFIG);
}

static void days_are_those_of_the_calendar(void)
{
    EXPECT(stammgast_is_date(stammgast_date(2024, 2, 29)) && !stammgast_is_date(stammgast_date(2026, 2, 29)));
    EXPECT(stammgast_is_date(stammgast_date(2000, 2, 29)) && !stammgast_is_date(stammgast_date(1900, 2, 29)));
    EXPECT(stammgast_is_date(stammgast_date(1, 1, 1)) && stammgast_is_date(stammgast_date(9999, 12, 31)));
    EXPECT(!stammgast_is_date(stammgast_date(0, 1, 1)) && !stammgast_is_date(stammgast_date(10000, 1, 1)));
    EXPECT(!stammgast_is_date(stammgast_date(2026, 0, 1)) && !stammgast_is_date(stammgast_date(2026, 13, 1)));
    EXPECT(!stammgast_is_date(stammgast_date(2026, 4, 31)) && !stammgast_is_date(stammgast_date(2026, 4, 0)));
    EXPECT(!stammgast_is_date(stammgast_date(INT32_MIN, 255, 255)));
    EXPECT_STRING(stammgast_format_date(stammgast_date(33, 4, 5)), "0033-04-05");
}

static bool is_decimal(const char *points)
{
    return stammgast_test_is_decimal(stammgast_string(points));
}

static void decimals_are_digits_with_at_most_nine_after_a_point(void)
{
    static const char *const good[] = {"1", "12.5", "0.000000001", "007", "1000000000000", "1000000000000.000",
                                       "999999999999.999999999"};
    static const char *const bad[] = {"", ".", "0", "0.0", ".5", "5.", "-1", "+1", "1e3", "1,5", " 1", "1.2.3",
                                      "0.0000000001", "1000000000000.1", "1000000000001", "99999999999999999999999"};
    size_t place;
    for (place = 0; place < sizeof good / sizeof *good; place++) {
        stammgast_test_expect(is_decimal(good[place]), good[place], __FILE__, __LINE__);
    }
    for (place = 0; place < sizeof bad / sizeof *bad; place++) {
        stammgast_test_expect(!is_decimal(bad[place]), bad[place], __FILE__, __LINE__);
    }
}

/// How many expectations it costs to ask for something.
static int missed(void (*ask)(stammgast_string_t text), const char *text)
{
    const int before = stammgast_test_failures;
    int after;
    stammgast_test_begin(true);
    ask(stammgast_string(text));
    after = stammgast_test_failures;
    stammgast_test_failures = before;
    return after - before;
}

static void earn(stammgast_string_t points)
{
    stammgast_earn_decimal(stammgast_string("points"), points, "code", stammgast_string("text"));
}

static void propose(stammgast_string_t tier)
{
    stammgast_propose_tier(stammgast_string("points"), tier, "code", stammgast_string("text"));
}

static void propose_none(stammgast_string_t program)
{
    stammgast_propose_no_tier(program, "code", stammgast_string("text"));
}

static void issue(stammgast_string_t offer)
{
    stammgast_issue_voucher(offer, "code", stammgast_string("text"));
}

static void make_eligible(stammgast_string_t reward)
{
    stammgast_make_eligible(reward, stammgast_until(stammgast_date(2026, 2, 28)), "code", stammgast_string("text"));
}

static void end_eligibility(stammgast_string_t reward)
{
    stammgast_end_eligibility(reward, "code", stammgast_string("text"));
}

static void remind(stammgast_string_t name)
{
    stammgast_set_reminder(name, stammgast_date(2026, 2, 28));
    stammgast_cancel_reminder(name);
}

/// The same text for all that a message holds.
static void contact(stammgast_string_t text)
{
    stammgast_proposed_message_t message = {
        .purpose = STAMMGAST_SELLING, .topic = text, .title = text, .text = text, .offer = stammgast_some(text)};
    stammgast_propose_contact(&message, "code", text);
}

/// A message with this title and text, and a good reason.
static void say(stammgast_string_t text)
{
    stammgast_proposed_message_t message = {.topic = stammgast_string("topic"), .title = text, .text = text};
    stammgast_propose_contact(&message, "code", stammgast_string("text"));
}

/// A service message with this offer.
static void serve(stammgast_string_t offer)
{
    stammgast_proposed_message_t message = {
        .purpose = STAMMGAST_SERVICE,
        .topic = stammgast_string("topic"),
        .title = stammgast_string("title"),
        .text = stammgast_string("text"),
        .offer = offer.len == 0 ? stammgast_none() : stammgast_some(offer),
    };
    stammgast_propose_contact(&message, "code", stammgast_string("text"));
}

/// Points with this code of a reason, and with this text.
static void earn_for_code(stammgast_string_t code)
{
    stammgast_earn(stammgast_string("points"), 1, stammgast_c_string(code), stammgast_string("text"));
}

static void earn_for_text(stammgast_string_t text)
{
    stammgast_earn(stammgast_string("points"), 1, "code", text);
}

static void look_up(stammgast_string_t program)
{
    EXPECT(!stammgast_get_tier(program)->code.is_some);
}

static void what_the_host_would_not_take_is_missed(void)
{
    static void (*const asks[])(stammgast_string_t) = {earn, propose, propose_none, issue, make_eligible,
                                                       end_eligibility, remind, contact};
    size_t place;
    EXPECT_INTEGER(missed(earn, "0"), 1);
    EXPECT_INTEGER(missed(propose, "Gold"), 1);
    EXPECT_INTEGER(missed(propose_none, "No code"), 1);
    EXPECT_INTEGER(missed(issue, ""), 1);
    EXPECT_INTEGER(missed(make_eligible, "a b"), 1);
    EXPECT_INTEGER(missed(end_eligibility, ""), 1);
    EXPECT_INTEGER(missed(remind, "a b"), 2);
    // Topic and offer are no codes; there is no title, no text, and no reason.
    EXPECT_INTEGER(missed(contact, ""), 5);
    EXPECT_INTEGER(missed(look_up, "No code"), 1);
    stammgast_test.customer_id = NULL;
    for (place = 0; place < sizeof asks / sizeof *asks; place++) {
        EXPECT_INTEGER(missed(asks[place], "1"), asks[place] == remind ? 2 : 1);
    }
}

static void blank_texts_and_codes_that_begin_with_a_mark_are_missed(void)
{
    static const char *const blank[] = {"", " ", "\t\n", "\xC2\xA0\xE3\x80\x80"};
    static const char *const codes[] = {"", "-", "-code", ".code", "_", "Code", "a b",
                                        "a2345678901234567890123456789012345678901234567890123456789012345"};
    size_t place;
    for (place = 0; place < sizeof blank / sizeof *blank; place++) {
        EXPECT_INTEGER(missed(say, blank[place]), 2);
        EXPECT_INTEGER(missed(earn_for_text, blank[place]), 1);
    }
    for (place = 0; place < sizeof codes / sizeof *codes; place++) {
        EXPECT_INTEGER(missed(earn_for_code, codes[place]), 1);
    }
    EXPECT_INTEGER(missed(say, " a "), 0);
    EXPECT_INTEGER(missed(earn_for_text, "a"), 0);
    EXPECT_INTEGER(missed(earn_for_code, "0.a-b_c"), 0);
}

static void a_service_message_carries_no_offer(void)
{
    EXPECT_INTEGER(missed(serve, ""), 0);
    EXPECT_INTEGER(missed(serve, "cake"), 1);
}

static void every_effect_needs_its_grant(void)
{
    static const char manifest[] = "{\"list\":[{\"name\":\"lookup.points\"}]}";
    stammgast_test.capabilities = yyjson_obj_get(stammgast_read_json(stammgast_string(manifest), NULL), "list");
    EXPECT_INTEGER(missed(earn, "1"), 1);
    EXPECT_INTEGER(missed(propose, "gold"), 1);
    EXPECT_INTEGER(missed(propose_none, "points"), 1);
    EXPECT_INTEGER(missed(issue, "cake"), 1);
    EXPECT_INTEGER(missed(make_eligible, "lounge"), 1);
    EXPECT_INTEGER(missed(end_eligibility, "lounge"), 1);
    EXPECT_INTEGER(missed(remind, "call"), 2);
    EXPECT_INTEGER(missed(contact, "call"), 1);
    EXPECT_INTEGER(missed(look_up, "points"), 1);
}

int main(void)
{
    RUN(a_birthday_earns_and_is_congratulated_in_this_order);
    RUN(a_tier_in_review_is_reminded_of_on_its_last_day);
    RUN(an_activity_tells_its_details_by_name);
    RUN(members_may_claim_a_reward_as_long_as_they_are_members);
    RUN(lost_points_are_worth_a_voucher);
    RUN(what_no_host_gives_is_an_error_of_every_family);
    RUN(days_are_those_of_the_calendar);
    RUN(decimals_are_digits_with_at_most_nine_after_a_point);
    RUN(what_the_host_would_not_take_is_missed);
    RUN(blank_texts_and_codes_that_begin_with_a_mark_are_missed);
    RUN(a_service_message_carries_no_offer);
    RUN(every_effect_needs_its_grant);
    return stammgast_test_result();
}
