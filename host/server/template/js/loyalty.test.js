// Native tests of the plugin: `node --test`. Nothing has to be installed for them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { purchaseRules } from './plugin.js';
import { Host, purchase } from './stammgast/testing.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const config = read('config.json');
const manifest = read('manifest.json');

test('every purchase earns the same', () => {
  const { effects } = new Host({ config, manifest }).onPurchase(purchaseRules, purchase({ minor: 1250 }));
  const points = BigInt(config.points_per_purchase);
  const reason = { code: 'purchase', text: `${points} points for a purchase` };
  assert.deepEqual(effects, [{ effect: 'earn', program: config.program, points, reason }]);
});

test('gifts earn nothing', () => {
  const { effects } = new Host({ config, manifest }).onPurchase(purchaseRules, purchase({ minor: 0 }));
  assert.deepEqual(effects, []);
});
