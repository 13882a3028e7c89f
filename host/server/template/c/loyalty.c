/// A loyalty plugin: every purchase earns a fixed number of points.
///
/// Start with `earned`: it is all that this plugin decides. What stands below it talks with the host.
#include "stammgast.h"

/// What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
struct settings {
    /// Code of the program that the points go to.
    stammgast_string_t program;
    /// What every purchase earns.
    int64_t points_per_purchase;
};

/// How many points a purchase earns; 0 earns nothing.
static int64_t earned(const stammgast_purchase_t *purchase, const struct settings *settings)
{
    if (purchase->amount.minor == 0) {
        return 0;
    }
    return settings->points_per_purchase;
}

/// Why, in a sentence for people.
static stammgast_string_t sentence(int64_t points)
{
    return stammgast_format("%" PRId64 " points for a purchase", points);
}

static struct settings read_settings(stammgast_config_t *config)
{
    struct settings settings;
    settings.program = stammgast_read_code(config, "program");
    settings.points_per_purchase = stammgast_read_integer(config, "points_per_purchase", 1, 1000000);
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
    points = earned(purchase, &settings);
    if (points != 0) {
        stammgast_earn(settings.program, points, "purchase", sentence(points));
    }
    return true;
}
