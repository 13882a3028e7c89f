/// The rules about what is no purchase: occasions, activities, and points that moved.
#include "stammgast.h"

/// Congratulates until the day is over, with a voucher and a reward.
static void congratulate(const stammgast_occasion_t *birthday)
{
    stammgast_proposed_message_t message = {
        .purpose = STAMMGAST_RELATIONSHIP,
        .topic = stammgast_string("birthday"),
        .title = stammgast_string("Happy birthday"),
        .text = birthday->years.is_some ? stammgast_format("%" PRIu32 " years!", birthday->years.val)
                                        : stammgast_string("All the best!"),
        .offer = stammgast_some(stammgast_string("cake")),
        .last_day = stammgast_until(birthday->day),
    };
    stammgast_propose_contact(&message, "birthday", stammgast_string("it is the customer's birthday"));
    stammgast_make_eligible(stammgast_string("breakfast"), stammgast_until(birthday->day), "birthday",
                            stammgast_string("a breakfast on the birthday"));
}

/// Of a tier in review, the plugin is reminded on its last day.
static void review(stammgast_string_t program)
{
    const stammgast_tier_t *tier = stammgast_get_tier(program);
    if (tier->code.is_some && tier->last_day.is_some && tier->in_review) {
        stammgast_set_reminder(stammgast_format("lose-%.*s", STAMMGAST_ARG(tier->code.val)), tier->last_day.val);
    }
}

/// Birthdays earn points, tiers are reviewed, and a reminder comes with a message without a voucher.
bool plugin_on_occasion(const stammgast_event_t *event, const stammgast_occasion_t *occasion,
                        stammgast_config_t *config, stammgast_error_t *error)
{
    stammgast_string_t program = stammgast_read_code(config, "program");
    stammgast_proposed_message_t message = {
        .purpose = STAMMGAST_SERVICE,
        .topic = stammgast_string("tier"),
        .title = stammgast_string("Your tier"),
        .text = stammgast_string("It will be lost."),
    };
    (void)event;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    if (stammgast_equals(occasion->kind, "birthday")) {
        stammgast_earn_decimal(program, stammgast_string("12.5"), "birthday", stammgast_string("a birthday"));
        congratulate(occasion);
    } else if (stammgast_equals(occasion->kind, "tier-review")) {
        review(stammgast_or(occasion->program, ""));
    } else if (stammgast_equals(occasion->kind, "reminder")) {
        stammgast_propose_contact(&message, "reminder", stammgast_or(occasion->name, "nobody knows"));
    }
    return true;
}

/// A survey names the tier that its answers come to; members may claim the lounge, and need not be reminded any more.
/// Who is no member loses the tier, too.
bool plugin_on_activity(const stammgast_event_t *event, const stammgast_activity_t *activity,
                        stammgast_config_t *config, stammgast_error_t *error)
{
    stammgast_string_t program = stammgast_read_code(config, "program");
    stammgast_option_string_t tier = stammgast_detail(activity, "tier");
    stammgast_string_t lounge = stammgast_string("lounge");
    (void)event;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    if (stammgast_equals(activity->kind, "membership-started")) {
        stammgast_cancel_reminder(stammgast_string("lose-gold"));
        stammgast_make_eligible(lounge, stammgast_no_last_day(), "member", stammgast_string("a member"));
    } else if (stammgast_equals(activity->kind, "membership-ended")) {
        stammgast_end_eligibility(lounge, "no-member", stammgast_string("no member any more"));
        stammgast_propose_no_tier(program, "no-member", stammgast_string("tiers are for members"));
    } else if (stammgast_equals(activity->kind, "survey-answered")) {
        if (!tier.is_some || !stammgast_is_code(tier.val)) {
            return stammgast_unsupported(error, "the survey names no tier");
        }
        stammgast_earn(program, 1, "survey", stammgast_string("a survey was answered"));
        stammgast_propose_tier(program, tier.val, "survey",
                               stammgast_format("the %.*s says so", STAMMGAST_ARG(activity->source)));
    }
    return true;
}

/// Who loses points gets a voucher.
bool plugin_on_points(const stammgast_event_t *event, const stammgast_points_change_t *change,
                      stammgast_config_t *config, stammgast_error_t *error)
{
    int64_t lost;
    (void)event;
    (void)config;
    if (!stammgast_equals(change->movement, "expired") || change->available >= 0) {
        return true;
    }
    if (!stammgast_subtract(0, change->available, &lost)) {
        return stammgast_failed(error, "the points that were lost cannot be counted in 64 bits");
    }
    stammgast_issue_voucher(stammgast_string("comeback"), "expired",
                            stammgast_format("%" PRId64 " points of %.*s have expired", lost,
                                             STAMMGAST_ARG(change->program)));
    return true;
}
