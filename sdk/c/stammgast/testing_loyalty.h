/// Loyalty rules in tests: the calls, and what they are told.
#ifndef STAMMGAST_TESTING_LOYALTY_H
#define STAMMGAST_TESTING_LOYALTY_H

#include "testing_loyalty_effects.h"

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

#ifdef STAMMGAST_LOYALTY_PURCHASES
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
#endif

#ifdef STAMMGAST_LOYALTY_OCCASIONS
/// An occasion of this kind, without years, program, points and name.
static inline stammgast_occasion_t stammgast_test_occasion(const char *kind, stammgast_date_t day)
{
    stammgast_occasion_t occasion;
    memset(&occasion, 0, sizeof occasion);
    occasion.kind = stammgast_string(kind);
    occasion.day = day;
    return occasion;
}

/// Tells the plugin of an occasion. True where the call ends well; then look at `stammgast_test.effects`.
static inline bool stammgast_test_on_occasion(const stammgast_occasion_t *occasion, const char *config)
{
    stammgast_event_t event = stammgast_test_event("occasion.reached");
    stammgast_occasion_t told = *occasion;
    stammgast_string_t text = stammgast_string(config);
    stammgast_types_types_plugin_error_t error;
    bool is_well;
    stammgast_test_begin(true);
    is_well = exports_stammgast_loyalty_occasion_rules_on_occasion(&event, &told, &text, &error);
    return stammgast_test_end_with(is_well, &error);
}
#endif

#ifdef STAMMGAST_LOYALTY_ACTIVITIES
/// An activity of this kind, without details.
static inline stammgast_activity_t stammgast_test_activity(const char *kind)
{
    stammgast_activity_t activity;
    memset(&activity, 0, sizeof activity);
    activity.id = stammgast_string("activity-1");
    activity.kind = stammgast_string(kind);
    activity.source = stammgast_string("app");
    activity.occurred_at = stammgast_test.now;
    return activity;
}

/// Tells the plugin of an activity. True where the call ends well; then look at `stammgast_test.effects`.
static inline bool stammgast_test_on_activity(const stammgast_activity_t *activity, const char *config)
{
    stammgast_event_t event = stammgast_test_event("activity.recorded");
    stammgast_activity_t told = *activity;
    stammgast_string_t text = stammgast_string(config);
    stammgast_types_types_plugin_error_t error;
    bool is_well;
    stammgast_test_begin(true);
    is_well = exports_stammgast_loyalty_activity_rules_on_activity(&event, &told, &text, &error);
    return stammgast_test_end_with(is_well, &error);
}
#endif

#ifdef STAMMGAST_LOYALTY_POINTS
/// Points of a program that moved, all of them such as can be spent; below zero where they left.
static inline stammgast_points_change_t stammgast_test_points_change(const char *program, const char *movement,
                                                                     int64_t available)
{
    stammgast_points_change_t change;
    memset(&change, 0, sizeof change);
    change.program = stammgast_string(program);
    change.movement = stammgast_string(movement);
    change.available = available;
    return change;
}

/// Tells the plugin of points that moved. True where the call ends well; then look at `stammgast_test.effects`.
static inline bool stammgast_test_on_points(const stammgast_points_change_t *change, const char *config)
{
    stammgast_event_t event = stammgast_test_event("loyalty.points-posted");
    stammgast_points_change_t told = *change;
    stammgast_string_t text = stammgast_string(config);
    stammgast_types_types_plugin_error_t error;
    bool is_well;
    stammgast_test_begin(true);
    is_well = exports_stammgast_loyalty_points_rules_on_points(&event, &told, &text, &error);
    return stammgast_test_end_with(is_well, &error);
}
#endif

#endif
