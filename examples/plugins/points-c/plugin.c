/// Points for every full currency unit of a purchase, and other points for the lines of one category.
///
/// Start with `points_of`: it is the rule. What stands below it answers the host.
#include "stammgast.h"

/// What a tenant's admin may set, as `config_schema` in `manifest.json` describes it.
struct settings {
    /// Code of the program that the points go to.
    stammgast_string_t program;
    /// Points for each full currency unit.
    int64_t points_per_unit;
    /// Whether there is a category that earns other points.
    bool has_bonus;
    /// The category's code.
    stammgast_string_t category;
    /// Points for each full currency unit of its lines.
    int64_t bonus_points_per_unit;
};

/// Sums up what counts, in minor units: the lines of the bonus category, and the rest. Without lines, the whole amount
/// counts, and nothing is known of its category. False where 64 bits do not hold a sum.
static bool sum_up(const stammgast_purchase_t *purchase, const struct settings *settings, int64_t *bonus, int64_t *rest)
{
    size_t place;
    *bonus = 0;
    *rest = purchase->lines.len == 0 ? purchase->amount.minor : 0;
    for (place = 0; place < purchase->lines.len; place++) {
        const stammgast_purchase_line_t *line = &purchase->lines.ptr[place];
        bool is_bonus = settings->has_bonus && line->category.is_some
            && stammgast_same(line->category.val, settings->category);
        int64_t *sum = is_bonus ? bonus : rest;
        if (!stammgast_add(*sum, line->amount_minor, sum)) {
            return false;
        }
    }
    return true;
}

/// How many points a purchase earns. Full units count over all lines of a sort together: three lines of 0.50 are one
/// full unit, not none. False where 64 bits do not hold the points.
static bool points_of(const stammgast_purchase_t *purchase, const struct settings *settings, int64_t *points)
{
    int64_t unit, bonus, rest;
    return stammgast_unit(&purchase->amount, &unit)
        && sum_up(purchase, settings, &bonus, &rest)
        && stammgast_multiply(rest / unit, settings->points_per_unit, &rest)
        && stammgast_multiply(bonus / unit, settings->bonus_points_per_unit, &bonus)
        && stammgast_add(rest, bonus, points);
}

static struct settings read_settings(stammgast_config_t *config)
{
    struct settings settings;
    memset(&settings, 0, sizeof settings);
    stammgast_only(config, "program", "points_per_unit", "bonus", NULL);
    settings.program = stammgast_read_code(config, "program");
    settings.points_per_unit = stammgast_read_integer(config, "points_per_unit", 0, 1000);
    settings.has_bonus = stammgast_has(config, "bonus");
    if (settings.has_bonus) {
        stammgast_config_t bonus = stammgast_read_object(config, "bonus");
        stammgast_only(&bonus, "category", "points_per_unit", NULL);
        settings.category = stammgast_read_code(&bonus, "category");
        settings.bonus_points_per_unit = stammgast_read_integer(&bonus, "points_per_unit", 0, 1000);
    }
    return settings;
}

/// Called for every purchase. What it asks for happens when it has returned true, and not before.
bool plugin_on_purchase(const stammgast_event_t *event, const stammgast_purchase_t *purchase,
                        stammgast_config_t *config, stammgast_error_t *error)
{
    struct settings settings = read_settings(config);
    int64_t points;
    (void)event;
    if (config->problem != NULL) {
        return stammgast_invalid_config(error, "%s", config->problem);
    }
    if (!points_of(purchase, &settings, &points)) {
        return stammgast_failed(error, "the points of this purchase cannot be counted in 64 bits");
    }
    if (points > 0) {
        stammgast_string_t amount = stammgast_format_money(&purchase->amount);
        stammgast_earn(settings.program, points, "purchase",
                       stammgast_format("%" PRId64 " points for %.*s", points, STAMMGAST_ARG(amount)));
    }
    return true;
}
