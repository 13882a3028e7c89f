// Native tests of the plugin: `node --test`. Nothing has to be installed for them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inbound, outbound } from './plugin.js';
import { Malformed, Unsupported } from './stammgast/index.js';
import { Host, outgoingMessage, rawMessage } from './stammgast/testing.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const config = read('config.json');
const manifest = read('manifest.json');

test('the first line says who writes', () => {
  const raw = rawMessage(`${config.sender_mark} ada@example.com\nHello\n`);
  const { effects } = new Host({ config, manifest }).readMessage(inbound, raw);
  assert.deepEqual(effects, [{
    effect: 'receive-message',
    direction: 'inbound',
    party: { kind: 'email', address: 'ada@example.com' },
    text: 'Hello',
    attachments: [],
    inReplyTo: [],
    references: [],
  }]);
});

test('a message that does not say who writes is none', () => {
  assert.throws(() => new Host({ config, manifest }).readMessage(inbound, rawMessage('Hello')), Malformed);
});

test('it cannot send yet', () => {
  assert.throws(() => new Host({ config, manifest }).buildSend(outbound, outgoingMessage()), Unsupported);
});
