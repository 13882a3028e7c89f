// State and facts: what the SDK makes of them, and that the stand-in behaves as the host does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PluginError, defineLoyalty, lookup, state } from '../stammgast/index.js';
import { Host, pastInteraction, purchase } from '../stammgast/testing.js';

const call = (host, act) => host.onPurchase(defineLoyalty({ onPurchase: act }), purchase());
const answer = (host, act) => {
  let found;
  call(host, () => { found = act(); });
  return found;
};

test('state lasts where a call ended well, and is seen within the call at once', () => {
  const host = new Host({ state: { customer: { visits: 2 } } });
  const count = () => {
    state.customer.set('visits', state.customer.get('visits') + 1);
    assert.equal(state.customer.get('visits'), host.state('customer', 'visits') + 1);
  };
  const { state: changes } = call(host, count);
  assert.deepEqual(changes.map(({ scope, key }) => [scope, key]), [['customer', 'visits']]);
  assert.equal(host.state('customer', 'visits'), 3);
  assert.throws(() => call(host, () => { count(); throw new PluginError('no'); }));
  assert.equal(host.state('customer', 'visits'), 3);
  call(host, () => state.customer.delete('visits'));
  assert.equal(host.state('customer', 'visits'), undefined);
});

test('bytes stay bytes', () => {
  const host = new Host();
  call(host, () => state.shared.setBytes('key', new Uint8Array([255])));
  assert.deepEqual([...host.stateBytes('shared', 'key')], [255]);
  assert.deepEqual([...answer(host, () => state.shared.getBytes('key'))], [255]);
  assert.throws(() => call(host, () => state.shared.get('key')), /holds something else than JSON/);
  assert.throws(() => call(host, () => state.shared.setBytes('key', 'text')), /must be a Uint8Array/);
});

test('what has no form in JSON cannot be set', () => {
  assert.throws(() => call(new Host(), () => state.customer.set('key', 1n)), /BigInt/);
  assert.throws(() => call(new Host(), () => state.customer.set('key', undefined)), /no form in JSON/);
});

test('keys and values have bounds, and the customer has to be known', () => {
  assert.throws(() => call(new Host(), () => state.customer.get('')), /1 to 200 characters/);
  const large = () => state.shared.setBytes('key', new Uint8Array(64 * 1024 + 1));
  assert.throws(() => call(new Host(), large), { name: 'Fault', message: /at most 65536 fit/ });
  assert.throws(() => call(new Host({ customer: null }), () => state.customer.get('key')), /no customer/);
});

test('purchases come newest first, and no page is read that nobody asks for', () => {
  const purchases = Array.from({ length: 250 }, (_, n) => purchase({ id: `p${n}`, occurredAt: n, lines: [{}] }));
  const host = new Host({ purchases });
  assert.deepEqual(answer(host, () => [...lookup.purchases()].length), 250);
  assert.equal(answer(host, () => lookup.purchases({ pageSize: 1 }).next().value.id), 'p249');
  assert.throws(() => call(host, () => lookup.purchases({ pageSize: 101 })), /pageSize must be a whole number from 1 to 100/);
});

test('a field without its grant is absent', () => {
  const known = { customer: { name: 'Ada' }, points: { points: 5 }, purchases: [purchase({ lines: [{}] })], interactions: [pastInteraction({ text: 'Hello' })] };
  const look = () => [lookup.customer().name, lookup.points('points'), [...lookup.purchases()][0].lines.length, [...lookup.interactions()][0].text];
  assert.deepEqual(answer(new Host(known), look), ['Ada', 5n, 1, 'Hello']);
  const capabilities = ['lookup.customer', 'lookup.points', 'lookup.purchases', 'lookup.interactions'].map((name) => ({ name }));
  assert.deepEqual(answer(new Host({ ...known, manifest: { kinds: ['loyalty'], capabilities } }), look), [undefined, 5n, 0, undefined]);
});

test('nothing is known of an unknown customer', () => {
  const host = new Host({ customer: null, points: { points: 5 }, purchases: [purchase()] });
  assert.deepEqual(answer(host, () => [lookup.customer(), lookup.points('points'), [...lookup.purchases()].length]), [undefined, 0n, 0]);
});
