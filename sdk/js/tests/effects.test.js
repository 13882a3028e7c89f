// What a plugin may hand over, and what is refused with a name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineLoyalty, defineQuality, earn, raiseFinding } from '../stammgast/index.js';
import { Host, interaction, purchase } from '../stammgast/testing.js';

const why = { code: 'gift', text: 'A gift.' };

/** Calls a loyalty plugin that does one thing. */
function asking(act, options) {
  return new Host(options).onPurchase(defineLoyalty({ onPurchase: act }), purchase());
}

test('BigInt and exact numbers are points, everything else is refused by name', () => {
  for (const points of [3n, 3]) {
    const { effects } = asking(() => earn('points', points, why));
    assert.deepEqual(effects, [{ effect: 'earn', program: 'points', points: 3n, reason: why }]);
  }
  const refused = { 1.5: 1.5, 'too large to be exact': 2 ** 53, 'does not fit into 64 bits': 2n ** 63n, '"3"': '3', NaN: NaN };
  for (const [says, points] of Object.entries(refused)) {
    assert.throws(() => asking(() => earn('points', points, why)), (error) => {
      assert.match(error.message, /^earn: points /);
      assert.ok(error.message.includes(says), error.message);
      return true;
    });
  }
});

test('a missing field is named', () => {
  assert.throws(() => asking(() => earn(undefined, 1, why)), /earn: program must be a text, but it is undefined/);
  assert.throws(() => asking(() => earn('points', 1, { code: 'gift' })), /earn: reason\.text must be a text/);
  assert.throws(() => asking(() => earn('points', 1)), /earn: reason must be an object/);
});

test('a word that the contract does not know is refused', () => {
  const checks = defineQuality({ checkInteraction: () => raiseFinding('awful', why) });
  assert.throws(() => new Host().checkInteraction(checks, interaction()), /one of info, minor, major, critical/);
});

test('half a surrogate pair becomes a replacement character, as in a component', () => {
  const { effects } = asking(() => earn('points', 1, { code: 'gift', text: 'half \ud83d' }));
  assert.equal(effects[0].reason.text, 'half \ufffd');
});

test('what the host would end the call for is a fault that no plugin can catch', () => {
  const faults = {
    '0 points cannot be earned': () => earn('points', 0, why),
    'is no code': () => earn('Points', 1, why),
    'reason.text is empty': () => earn('points', 1, { code: 'gift', text: ' ' }),
    'has 1001 characters': () => earn('points', 1, { code: 'gift', text: 'x'.repeat(1001) }),
    'more than 100 effects': () => { for (let n = 0; n < 101; n += 1) earn('points', 1, why); },
  };
  for (const [says, act] of Object.entries(faults)) {
    const caught = () => { try { act(); } catch { /* as a careless plugin might */ } };
    assert.throws(() => asking(caught), { name: 'Fault', message: new RegExp(says) });
  }
  assert.throws(() => asking(() => earn('points', 1, why), { customer: null }), /nobody can earn points/);
});

test('a manifest bounds kinds and capabilities', () => {
  const poor = { manifest: { kinds: ['loyalty'], capabilities: [] } };
  assert.throws(() => asking(() => earn('points', 1, why), poor), /`loyalty\.earn`, which is not granted/);
  assert.throws(() => asking(() => raiseFinding('info', why), poor), /does not serve the kind `quality`/);
});

test('outside of a call there is no host', () => {
  assert.throws(() => earn('points', 1, why), /there is no host here/);
});
