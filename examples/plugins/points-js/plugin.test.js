// Native tests of the plugin: `node --test`. Nothing has to be installed for them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { InvalidConfig, PluginError } from '../../../sdk/js/stammgast/index.js';
import { Host, purchase } from '../../../sdk/js/stammgast/testing.js';
import { purchaseRules } from './plugin.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const config = read('config.json');
const manifest = read('manifest.json');

/** @param {Parameters<typeof purchase>[0]} fields @param {unknown} [settings] */
const effectsOf = (fields, settings = config) =>
  new Host({ config: settings, manifest }).onPurchase(purchaseRules, purchase(fields)).effects;

/** @param {bigint} points @param {string} text */
const earned = (points, text) => [{ effect: 'earn', program: 'points', points, reason: { code: 'purchase', text } }];

test('without lines, full units of the amount count', () => {
  assert.deepEqual(effectsOf({ minor: 1250 }), earned(12n, '12 points for 12.50 EUR'));
});

test('lines of the bonus category earn its points, all others the usual ones', () => {
  const lines = [
    { category: 'music', amountMinor: 999 }, { category: 'books', amountMinor: 250 }, { category: 'music', amountMinor: 101 },
    { amountMinor: 150 },
  ];
  assert.deepEqual(effectsOf({ minor: 1500, lines }), earned(26n, '26 points for 15.00 EUR'));
  const { bonus: _, ...plain } = config;
  assert.deepEqual(effectsOf({ minor: 1500, lines }, plain), earned(15n, '15 points for 15.00 EUR'));
});

test('full units count over all lines of a sort together', () => {
  const lines = [50, 50, 50].map((amountMinor) => ({ amountMinor }));
  assert.deepEqual(effectsOf({ minor: 150, lines }), earned(1n, '1 points for 1.50 EUR'));
});

test('a currency without minor units has no point', () => {
  assert.deepEqual(effectsOf({ minor: 1200, currency: 'JPY', minorDigits: 0 }), earned(1200n, '1200 points for 1200 JPY'));
});

test('an amount below one is written with a zero', () => {
  const lines = [{ category: 'music', amountMinor: 100 }];
  assert.deepEqual(effectsOf({ minor: 5, lines }), earned(2n, '2 points for 0.05 EUR'));
});

test('no points ask for nothing', () => {
  assert.deepEqual(effectsOf({ minor: 99 }), []);
  assert.deepEqual(effectsOf({ minor: 0 }), []);
});

test('a configuration that cannot be read is refused with a sentence', () => {
  const broken = {
    'is no JSON': '{',
    'must be an object': [],
    'program must be a text': { points_per_unit: 1 },
    'points_per_unit must be a whole number': { program: 'points', points_per_unit: '1' },
    'has a field `points`': { program: 'points', points_per_unit: 1, points: 2 },
    'bonus.category must be a text': { program: 'points', points_per_unit: 1, bonus: { points_per_unit: 2 } },
  };
  for (const [says, settings] of Object.entries(broken)) {
    assert.throws(() => effectsOf({ minor: 100 }, settings), (error) => error instanceof InvalidConfig && error.message.includes(says));
  }
});

test('points that do not fit into 64 bits are refused', () => {
  const settings = { program: 'points', points_per_unit: 1000 };
  assert.throws(() => effectsOf({ minor: 2n ** 62n, minorDigits: 0 }, settings), PluginError);
});
