// Native tests of the plugin: `node --test`. Nothing has to be installed for them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { interactionRoutes, wordIn } from './plugin.js';
import { Host, interaction } from './stammgast/testing.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const config = read('config.json');
const manifest = read('manifest.json');

test('whole words are found in any case', () => {
  assert.equal(wordIn('Where is my PARCEL?', config), 'PARCEL');
  assert.equal(wordIn('Where are my parcels?', config), undefined);
});

test('what a customer says opens an item', () => {
  const contact = interaction({ subject: 'Where is it?', text: 'Where is my PARCEL?' });
  const { effects } = new Host({ config, manifest }).routeInteraction(interactionRoutes, contact);
  assert.deepEqual(effects, [{
    effect: 'open-item',
    department: config.department,
    kind: 'complaint',
    topic: config.topic,
    title: 'Where is it?',
    reason: { code: 'word-found', text: 'the customer speaks of `PARCEL`' },
    evidence: { field: 'text', quote: 'PARCEL' },
  }]);
});

test('what the company says opens nothing', () => {
  const contact = interaction({ direction: 'outbound', text: 'Your parcel is on its way.' });
  assert.deepEqual(new Host({ config, manifest }).routeInteraction(interactionRoutes, contact).effects, []);
});
