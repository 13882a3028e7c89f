// @ts-check
// A loyalty plugin: every purchase earns a fixed number of points.
//
// Start with `earned`: it is all that this plugin decides. What stands below it talks with the host.

import { defineLoyalty, earn } from './stammgast/index.js';

/** @import { Purchase } from './stammgast/index.js' */

/**
 * What a tenant's admin may set. The host has checked it against `config_schema` in manifest.json.
 * @typedef {object} Config
 * @property {string} program code of the program that the points go to
 * @property {number} points_per_purchase what every purchase earns
 */

/**
 * How many points a purchase earns, and why, in a sentence for people. Nothing for gifts.
 * @param {Purchase} purchase
 * @param {Config} config
 */
export function earned(purchase, config) {
  if (purchase.amount.minor === 0n) return undefined;
  const points = config.points_per_purchase;
  return { points, text: `${points} points for a purchase` };
}

/** The plugin, as the host calls it. What it asks for happens when it has returned, and not before. */
export const purchaseRules = defineLoyalty({
  /** @param {Config} config */
  onPurchase(_event, purchase, config) {
    const found = earned(purchase, config);
    if (found !== undefined) earn(config.program, found.points, { code: 'purchase', text: found.text });
  },
});
