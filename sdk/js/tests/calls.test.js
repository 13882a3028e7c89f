// One call: configuration, clock, surroundings, and what becomes of what a plugin throws.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  InvalidConfig, PluginError, UnsupportedEvent, defineChannel, defineLoyalty, definePoints, log, lookup,
} from '../stammgast/index.js';
import { connect } from '../stammgast/host.js';
import { Host, event as sampleEvent, pointsChange, purchase, rawMessage } from '../stammgast/testing.js';

const calling = (onPurchase, options, event) => new Host(options).onPurchase(defineLoyalty({ onPurchase }), purchase(), event);

test('the configuration comes as a value, or as what readConfig makes of it', () => {
  let seen;
  calling((_event, _purchase, config) => { seen = config; }, { config: { program: 'points' } });
  assert.deepEqual(seen, { program: 'points' });
  const doubled = defineLoyalty({
    readConfig: (settings) => settings.n * 2,
    onPurchase: (_event, _purchase, config) => { seen = config; },
  });
  new Host({ config: { n: 2 } }).onPurchase(doubled, purchase());
  assert.equal(seen, 4);
});

test('a configuration that is no JSON, or no object where nobody else reads it, is an invalid one', () => {
  assert.throws(() => calling(() => {}, { config: '{' }), InvalidConfig);
  for (const config of ['null', '7', '"x"', '[[]]']) {
    assert.throws(() => calling(() => {}, { config }), InvalidConfig, config);
  }
});

test('errors of the contract carry what the host is given', () => {
  const payload = (error) => {
    try {
      calling(() => { throw error; });
    } catch (thrown) {
      assert.ok(Object.hasOwn(thrown, 'payload'), 'the bindings look for an own property');
      return thrown.payload;
    }
    return undefined;
  };
  assert.deepEqual(payload(new InvalidConfig('no')), { tag: 'invalid-config', val: 'no' });
  assert.deepEqual(payload(new UnsupportedEvent('no')), { tag: 'unsupported-event', val: 'no' });
  assert.deepEqual(payload(new PluginError('no')), { tag: 'other', val: 'no' });
});

test('an error that the kind does not have becomes the closest one', () => {
  const { inbound } = defineChannel({ readMessage: () => { throw new UnsupportedEvent('no'); } });
  assert.throws(() => new Host().readMessage(inbound, rawMessage('')), { payload: { tag: 'unsupported', val: 'no' } });
});

test('whatever else is thrown is logged and thrown on', () => {
  const host = new Host();
  const call = (error) => host.onPurchase(defineLoyalty({ onPurchase: () => { throw error; } }), purchase());
  assert.throws(() => call(new TypeError('broken')), TypeError);
  assert.deepEqual(host.log.map(({ level }) => level), ['error']);
  assert.match(host.log[0].message, /^TypeError: broken/);
  assert.throws(() => call('text'));
  assert.match(host.log[0].message, /no Error was thrown: "text"/);
});

test('a plugin cannot be async', () => {
  assert.throws(() => calling(async () => {}), /onPurchase must not be async/);
});

test('the clock shows the time of the event, during the call alone', () => {
  const occurredAt = Date.UTC(2020, 1, 29, 12);
  calling(() => {
    log.info([Date.now(), +new Date(), new Date(0) instanceof Date, new Date(5).getTime()].join());
    log.info(Date().slice(0, 15));
    log.info(String(Date.UTC(1970, 0, 1)));
  }, {}, { occurredAt });
  const host = new Host();
  host.onPurchase(defineLoyalty({ onPurchase: () => log.info(new Date().toISOString()) }), purchase(), { occurredAt });
  assert.deepEqual(host.log, [{ level: 'info', message: '2020-02-29T12:00:00.000Z' }]);
  assert.ok(Math.abs(Date.now() - occurredAt) > 1000, 'the real clock is back');
});

test('what is below zero stays so, although the bindings of a component take its sign away', () => {
  const unsigned = (value) => BigInt.asUintN(64, value);
  const seen = [];
  const event = sampleEvent({ occurredAt: unsigned(-1n), recordedAt: unsigned(-2n) });
  const look = ({ occurredAt, recordedAt }, given) => {
    seen.push(Date.now(), occurredAt, recordedAt, given.receivedAt ?? [given.available, given.pending]);
  };
  definePoints({ onPoints: look }).onPoints(event, pointsChange({ available: unsigned(-3n), pending: unsigned(-4n) }), '{}');
  defineChannel({ readMessage: look }).inbound.readMessage(event, rawMessage('', { receivedAt: unsigned(-5n) }), '{}');
  assert.deepEqual(seen, [-1, -1n, -2n, [-3n, -4n], -1, -1n, -2n, -5n]);
  const before = connect({ lookup: { getPoints: () => unsigned(-6n) } });
  try {
    assert.equal(lookup.points('points'), -6n);
  } finally {
    connect(before);
  }
});

test('what the engine of components lacks is missing in tests, too', () => {
  assert.throws(() => calling(() => 'ä'.normalize('NFD')), /normalize is not a function/);
  assert.throws(() => calling(() => Buffer.from('')), /Buffer is not defined/);
  assert.throws(() => calling(() => setTimeout(() => {}, 1)), /setTimeout cannot be used/);
  assert.equal('ä'.normalize('NFD').length, 2);
  assert.equal(typeof Buffer, 'function');
});
