/// What loyalty rules ask for in tests, as the host would take it, in the order in which they ask.
#ifndef STAMMGAST_TESTING_LOYALTY_EFFECTS_H
#define STAMMGAST_TESTING_LOYALTY_EFFECTS_H

/// An effect about the event's customer that needs this grant.
static inline stammgast_test_effect_t stammgast_test_effect(stammgast_test_effect_sort_t sort, const char *grant)
{
    stammgast_test_effect_t effect;
    memset(&effect, 0, sizeof effect);
    effect.sort = sort;
    stammgast_test_need(grant);
    stammgast_test_host_takes(stammgast_test.customer_id != NULL,
                              "without a customer nobody can earn, be eligible, be reminded or be written to");
    return effect;
}

/// Writes an effect down that needs no reason.
static inline void stammgast_test_asked(stammgast_test_effect_t effect)
{
    stammgast_test.effects = (stammgast_test_effect_t *)stammgast_test_grow(
        stammgast_test.effects, stammgast_test.effect_count, sizeof effect);
    stammgast_test.effects[stammgast_test.effect_count++] = effect;
}

/// Writes an effect down, with its reason.
static inline void stammgast_test_asked_because(stammgast_test_effect_t effect, const stammgast_reason_t *reason)
{
    stammgast_test_check_reason(reason);
    effect.code = stammgast_test_copy(reason->code);
    effect.text = stammgast_test_copy(reason->text);
    stammgast_test_asked(effect);
}

/// A code, which must be one.
static inline stammgast_string_t stammgast_test_code(const stammgast_string_t *code, const char *rule)
{
    stammgast_test_host_takes(stammgast_is_code(*code), rule);
    return stammgast_test_copy(*code);
}

void stammgast_loyalty_effects_earn(stammgast_string_t *program, int64_t points, stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_effect(STAMMGAST_TEST_EARN, "loyalty.earn");
    stammgast_test_earned_t earned;
    stammgast_test_host_takes(points >= 1 && points <= INT64_C(1000000000000), "points are 1 to 1,000,000,000,000");
    effect.program = stammgast_test_code(program, "a program has a code");
    effect.points = stammgast_format("%" PRId64, points);
    stammgast_test_asked_because(effect, reason);
    earned.program = effect.program;
    earned.points = points;
    earned.code = stammgast_test_copy(reason->code);
    earned.text = stammgast_test_copy(reason->text);
    stammgast_test.earned = (stammgast_test_earned_t *)stammgast_test_grow(
        stammgast_test.earned, stammgast_test.earned_count, sizeof earned);
    stammgast_test.earned[stammgast_test.earned_count++] = earned;
}

static inline bool stammgast_test_are_digits(stammgast_string_t text, size_t most)
{
    size_t place;
    for (place = 0; place < text.len; place++) {
        if (text.ptr[place] < '0' || text.ptr[place] > '9') {
            return false;
        }
    }
    return text.len >= 1 && text.len <= most;
}

static inline bool stammgast_test_are_zeros(stammgast_string_t text)
{
    size_t place = 0;
    while (place < text.len && text.ptr[place] == '0') {
        place++;
    }
    return place == text.len;
}

/// Whether a text is a number of points: digits, and after a point 1 to 9 more; above 0, at most a million millions.
static inline bool stammgast_test_is_decimal(stammgast_string_t text)
{
    static const int64_t most = INT64_C(1000000000000);
    const stammgast_string_t whole = stammgast_slice(text, 0, stammgast_find(text, '.'));
    const stammgast_string_t part = stammgast_slice(text, whole.len + 1, text.len);
    int64_t points = 0;
    size_t place;
    if (!stammgast_test_are_digits(whole, SIZE_MAX)
        || (whole.len < text.len && !stammgast_test_are_digits(part, 9))) {
        return false;
    }
    for (place = 0; place < whole.len && points <= most; place++) {
        points = 10 * points + (whole.ptr[place] - '0');
    }
    return stammgast_test_are_zeros(part) ? points >= 1 && points <= most : points < most;
}

void stammgast_loyalty_effects_earn_decimal(stammgast_string_t *program, stammgast_string_t *points,
                                            stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_effect(STAMMGAST_TEST_EARN_DECIMAL, "loyalty.earn");
    stammgast_test_host_takes(stammgast_test_is_decimal(*points),
                              "points are digits, perhaps a point and 1 to 9 more; above 0, at most 1,000,000,000,000");
    effect.program = stammgast_test_code(program, "a program has a code");
    effect.points = stammgast_test_copy(*points);
    stammgast_test_asked_because(effect, reason);
}

void stammgast_loyalty_effects_propose_tier(stammgast_string_t *program, stammgast_string_t *tier,
                                            stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_effect(STAMMGAST_TEST_PROPOSE_TIER, "loyalty.propose-tier");
    effect.program = stammgast_test_code(program, "a program has a code");
    effect.tier = stammgast_test_code(tier, "a tier has a code");
    stammgast_test_asked_because(effect, reason);
}

void stammgast_loyalty_effects_propose_no_tier(stammgast_string_t *program, stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_effect(STAMMGAST_TEST_PROPOSE_NO_TIER, "loyalty.propose-tier");
    effect.program = stammgast_test_code(program, "a program has a code");
    stammgast_test_asked_because(effect, reason);
}

void stammgast_loyalty_effects_issue_voucher(stammgast_string_t *offer, stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_effect(STAMMGAST_TEST_ISSUE_VOUCHER, "loyalty.issue-voucher");
    effect.offer = stammgast_test_code(offer, "an offer has a code");
    stammgast_test_asked_because(effect, reason);
}

/// An effect about who may claim this reward.
static inline stammgast_test_effect_t stammgast_test_eligibility(stammgast_test_effect_sort_t sort,
                                                                 const stammgast_string_t *reward)
{
    stammgast_test_effect_t effect = stammgast_test_effect(sort, "loyalty.make-eligible");
    effect.reward = stammgast_test_code(reward, "a reward has a code");
    return effect;
}

void stammgast_loyalty_effects_make_eligible(stammgast_string_t *reward, stammgast_date_t *last_day,
                                             stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_eligibility(STAMMGAST_TEST_MAKE_ELIGIBLE, reward);
    effect.last_day = last_day == NULL ? stammgast_no_last_day() : stammgast_until(*last_day);
    stammgast_test_asked_because(effect, reason);
}

void stammgast_loyalty_effects_end_eligibility(stammgast_string_t *reward, stammgast_reason_t *reason)
{
    stammgast_test_asked_because(stammgast_test_eligibility(STAMMGAST_TEST_END_ELIGIBILITY, reward), reason);
}

/// An effect about a reminder of this name.
static inline stammgast_test_effect_t stammgast_test_reminder(stammgast_test_effect_sort_t sort,
                                                              const stammgast_string_t *name)
{
    stammgast_test_effect_t effect = stammgast_test_effect(sort, "reminders");
    stammgast_test_host_takes(stammgast_test.takes_effects, "no effects where messages are sent");
    effect.name = stammgast_test_code(name, "a reminder's name is a code");
    return effect;
}

void stammgast_host_reminders_set(stammgast_string_t *name, stammgast_date_t *day)
{
    stammgast_test_effect_t effect = stammgast_test_reminder(STAMMGAST_TEST_SET_REMINDER, name);
    effect.day = *day;
    stammgast_test_asked(effect);
}

void stammgast_host_reminders_cancel(stammgast_string_t *name)
{
    stammgast_test_asked(stammgast_test_reminder(STAMMGAST_TEST_CANCEL_REMINDER, name));
}

void stammgast_host_contacts_propose(stammgast_proposed_message_t *message, stammgast_reason_t *reason)
{
    stammgast_test_effect_t effect = stammgast_test_effect(STAMMGAST_TEST_PROPOSE_CONTACT, "contacts.propose");
    stammgast_test_host_takes(stammgast_test_is_said(message->title, 300),
                              "a title has 1 to 300 characters, not all of them blank");
    stammgast_test_host_takes(stammgast_test_is_said(message->text, 10000),
                              "a message's text has 1 to 10,000 characters, not all of them blank");
    stammgast_test_host_takes(!message->offer.is_some || message->purpose != STAMMGAST_SERVICE,
                              "a service message carries no offer; choose the purpose `relationship` or `selling`, or "
                              "leave the offer out");
    effect.message = *message;
    effect.message.topic = stammgast_test_code(&message->topic, "a topic is a code");
    effect.message.title = stammgast_test_copy(message->title);
    effect.message.text = stammgast_test_copy(message->text);
    if (message->offer.is_some) {
        effect.message.offer.val = stammgast_test_code(&message->offer.val, "an offer has a code");
    }
    stammgast_test_asked_because(effect, reason);
}

#endif
