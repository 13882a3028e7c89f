"""A loyalty plugin: every purchase earns a fixed number of points.

Start with `earned`: it is all that this plugin decides. What stands below it talks with the host.
"""

from stammgast import Config, EventContext, Purchase, Reason, loyalty


def earned(purchase: Purchase, points_per_purchase: int) -> tuple[int, str] | None:
    """How many points a purchase earns, and why, in a sentence for people. `None` earns nothing."""
    if purchase.amount.minor == 0:
        return None
    points = points_per_purchase
    return points, f"{points} points for a purchase"


class Plugin(loyalty.Rules):
    """The plugin, as the host calls it."""

    def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
        """Called for every purchase. What it asks for happens when it has returned, and not before."""
        # What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
        program = config.text("program")
        points_per_purchase = config.integer("points_per_purchase")

        earns = earned(purchase, points_per_purchase)
        if earns is not None:
            points, text = earns
            loyalty.earn(program, points, Reason("purchase", text))


# The build looks for a class of this name.
PurchaseRules = loyalty.export(Plugin)
