/// Loyalty rules in tests: the call, and the points that it asks for.
#ifndef STAMMGAST_TESTING_LOYALTY_H
#define STAMMGAST_TESTING_LOYALTY_H

/// A purchase of this amount, in minor units, without lines.
static inline stammgast_purchase_t stammgast_test_purchase(int64_t minor, const char *currency, uint8_t minor_digits)
{
    stammgast_purchase_t purchase;
    memset(&purchase, 0, sizeof purchase);
    purchase.id = stammgast_string("purchase-1");
    purchase.source = stammgast_string("webshop");
    purchase.amount.minor = minor;
    purchase.amount.currency = stammgast_string(currency);
    purchase.amount.minor_digits = minor_digits;
    purchase.occurred_at = stammgast_test.now;
    return purchase;
}

/// Asks the plugin what a purchase earns. True where the call ends well; then look at `stammgast_test.earned`.
static inline bool stammgast_test_on_purchase(const stammgast_purchase_t *purchase, const char *config)
{
    stammgast_event_t event = stammgast_test_event("purchase.recorded");
    stammgast_purchase_t told = *purchase;
    stammgast_string_t text = stammgast_string(config);
    stammgast_types_types_plugin_error_t error;
    bool is_well;
    stammgast_test_begin(true);
    is_well = exports_stammgast_loyalty_purchase_rules_on_purchase(&event, &told, &text, &error);
    return stammgast_test_end_with(is_well, &error);
}

void stammgast_loyalty_effects_earn(stammgast_string_t *program, int64_t points, stammgast_reason_t *reason)
{
    stammgast_test_earned_t earned;
    stammgast_test_need("loyalty.earn");
    stammgast_test_host_takes(stammgast_is_code(*program), "a program has a code");
    stammgast_test_host_takes(points >= 1 && points <= INT64_C(1000000000000), "points are 1 to 1,000,000,000,000");
    stammgast_test_check_reason(reason);
    earned.program = stammgast_test_copy(*program);
    earned.points = points;
    earned.code = stammgast_test_copy(reason->code);
    earned.text = stammgast_test_copy(reason->text);
    stammgast_test.earned = (stammgast_test_earned_t *)stammgast_test_grow(
        stammgast_test.earned, stammgast_test.earned_count, sizeof earned);
    stammgast_test.earned[stammgast_test.earned_count++] = earned;
}

#endif
