// @ts-check
// Points for every full currency unit of a purchase, and other points for the lines of one category.
//
// Start with `pointsOf`: it is the rule. What stands below it answers the host.

import { InvalidConfig, PluginError, defineLoyalty, earn } from '../../../sdk/js/stammgast/index.js';

/** @import { Money, Purchase, PurchaseLine } from '../../../sdk/js/stammgast/index.js' */

/**
 * What a tenant's admin may set, as `config_schema` in manifest.json describes it.
 * @typedef {object} Config
 * @property {string} program code of the program that the points go to
 * @property {bigint} pointsPerUnit points for each full currency unit
 * @property {{ category: string, pointsPerUnit: bigint }} [bonus] a category that earns other points
 */

/**
 * How many points a purchase earns. Full units count over all lines of a sort together: three lines of 0.50 are one full
 * unit, not none.
 * @param {Purchase} purchase
 * @param {Config} config
 */
export function pointsOf({ amount, lines }, { pointsPerUnit, bonus }) {
  const unit = 10n ** BigInt(amount.minorDigits);
  if (lines.length === 0) return (amount.minor / unit) * pointsPerUnit;
  const isBonus = (/** @type {PurchaseLine} */ line) => bonus !== undefined && line.category === bonus.category;
  const bonusMinor = sum(lines.filter(isBonus));
  const restMinor = sum(lines) - bonusMinor;
  return (restMinor / unit) * pointsPerUnit + (bonusMinor / unit) * (bonus?.pointsPerUnit ?? 0n);
}

/** @param {PurchaseLine[]} lines */
const sum = (lines) => lines.reduce((total, line) => total + line.amountMinor, 0n);

/**
 * An amount as people write it: `12.50 EUR`, `1200 JPY`.
 * @param {Money} amount
 */
export function written({ minor, currency, minorDigits }) {
  const digits = String(minor).padStart(minorDigits + 1, '0');
  const point = digits.length - minorDigits;
  return minorDigits === 0 ? `${digits} ${currency}` : `${digits.slice(0, point)}.${digits.slice(point)} ${currency}`;
}

/** The plugin, as the host calls it. */
export const purchaseRules = defineLoyalty({
  readConfig,

  onPurchase(_event, purchase, config) {
    const points = pointsOf(purchase, config);
    if (points === 0n) return;
    if (points >= 2n ** 63n) throw new PluginError('the points of this purchase cannot be counted in 64 bits');
    earn(config.program, points, { code: 'purchase', text: `${points} points for ${written(purchase.amount)}` });
  },
});

/**
 * Reads the configuration.
 * @param {unknown} settings
 * @returns {Config}
 */
function readConfig(settings) {
  const { bonus, ...rest } = fields(settings, 'the configuration', ['program', 'points_per_unit', 'bonus']);
  const config = { program: text(rest.program, 'program'), pointsPerUnit: count(rest.points_per_unit, 'points_per_unit') };
  if (bonus === undefined) return config;
  const { category, points_per_unit: points } = fields(bonus, 'bonus', ['category', 'points_per_unit']);
  const other = { category: text(category, 'bonus.category'), pointsPerUnit: count(points, 'bonus.points_per_unit') };
  return { ...config, bonus: other };
}

/**
 * @param {unknown} value
 * @param {string} what
 * @param {string[]} known
 */
function fields(value, what, known) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidConfig(`${what} must be an object`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidConfig(`${what} has a field \`${unknown}\`, which is not known; remove it`);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} value
 * @param {string} what
 */
function text(value, what) {
  if (typeof value !== 'string') throw new InvalidConfig(`${what} must be a text`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} what
 */
function count(value, what) {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new InvalidConfig(`${what} must be a whole number`);
  return BigInt(value);
}
