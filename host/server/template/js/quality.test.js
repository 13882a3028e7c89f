// Native tests of the plugin: `node --test`. Nothing has to be installed for them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { interactionChecks, wordIn } from './plugin.js';
import { Host, interaction } from './stammgast/testing.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const config = read('config.json');
const manifest = read('manifest.json');

test('whole words are found in any case', () => {
  assert.equal(wordIn('I want a Refund!', config), 'Refund');
  assert.equal(wordIn('It is non-refundable.', config), undefined);
});

test('a word raises a finding for the field that it occurs in', () => {
  const contact = interaction({ subject: 'Scratched record', text: 'I want a Refund!' });
  const { effects } = new Host({ config, manifest }).checkInteraction(interactionChecks, contact);
  assert.deepEqual(effects, [{
    effect: 'raise-finding',
    severity: 'info',
    reason: { code: 'word-found', text: 'the word `Refund` occurs in the text' },
    evidence: { field: 'text', quote: 'Refund' },
  }]);
});
