"""Points for every full currency unit of a purchase, and other points for the lines of one category.

Start with `points_of`: it is the rule. What stands below it answers the host.
"""

from dataclasses import dataclass

from stammgast import Config, EventContext, PluginError, Purchase, Reason, loyalty


@dataclass(frozen=True)
class Bonus:
    """What the lines of one category earn."""

    category: str
    points_per_unit: int


@dataclass(frozen=True)
class Settings:
    """What a tenant's admin may set, as `config_schema` in `manifest.json` describes it."""

    program: str
    points_per_unit: int
    bonus: Bonus | None


def read(config: Config) -> Settings:
    """The settings of a configuration."""
    config.only("program", "points_per_unit", "bonus")
    bonus = config.section("bonus", None)
    if bonus is not None:
        bonus.only("category", "points_per_unit")
    return Settings(
        program=config.text("program"),
        points_per_unit=config.integer("points_per_unit"),
        bonus=Bonus(bonus.text("category"), bonus.integer("points_per_unit")) if bonus is not None else None,
    )


def points_of(purchase: Purchase, settings: Settings) -> int:
    """How many points a purchase earns.

    Full units count over all lines of a sort together: three lines of 0.50 are one full unit, not none.
    """
    unit = counted(purchase.amount.unit)
    bonus_minor = 0
    # Without lines, the whole amount counts, and nothing is known of its category.
    total = purchase.amount.minor
    if purchase.lines:
        total = counted(sum(line.amount_minor for line in purchase.lines))
        if settings.bonus is not None:
            category = settings.bonus.category
            bonus_minor = sum(line.amount_minor for line in purchase.lines if line.category == category)
    points = counted((total - bonus_minor) // unit * settings.points_per_unit)
    if settings.bonus is not None:
        points = counted(points + counted(bonus_minor // unit * settings.bonus.points_per_unit))
    return points


def counted(number: int) -> int:
    """A number that fits in 64 bits, as all points and amounts do; Python itself would count on."""
    if number >= 2**63:
        raise PluginError("the points of this purchase cannot be counted in 64 bits")
    return number


class Points(loyalty.Rules):
    """The plugin, as the host calls it."""

    def on_purchase(self, event: EventContext, purchase: Purchase, config: Config) -> None:
        """Called for every purchase. What it asks for happens when it has returned, and not before."""
        settings = read(config)
        points = points_of(purchase, settings)
        if points > 0:
            reason = Reason("purchase", f"{points} points for {purchase.amount}")
            loyalty.earn(settings.program, points, reason)


# The build looks for a class of this name.
PurchaseRules = loyalty.export(Points)
