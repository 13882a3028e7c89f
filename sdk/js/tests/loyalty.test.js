// Loyalty beside purchases: occasions, activities, points that moved, and what may be asked for there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  InvalidConfig, contacts, defineActivities, defineOccasions, definePoints, earnDecimal, endEligibility, issueVoucher,
  lookup, makeEligible, proposeNoTier, proposeTier, reminders,
} from '../stammgast/index.js';
import { Host, activity, occasion, pointsChange } from '../stammgast/testing.js';

const why = { code: 'birthday', text: 'A birthday.' };
const day = { year: 2028, month: 2, day: 29 };
const message = { purpose: 'relationship', topic: 'birthday', title: 'Happy birthday', text: 'All the best!' };

/** Calls a plugin that does one thing on a birthday. */
const asking = (act, options) => new Host(options).onOccasion(defineOccasions({ onOccasion: act }), occasion());

test('each family of events is called with its record and its configuration', () => {
  const host = new Host({ config: { n: 2 } });
  const seen = [];
  const see = (event, given, config) => { seen.push([event.eventType, given, config]); };
  host.onOccasion(defineOccasions({ onOccasion: see }), occasion({ kind: 'points-expiring', points: 5 }));
  host.onActivity(defineActivities({ onActivity: see }), activity({ details: { stars: '5' }, occurredAt: 7 }));
  host.onPoints(definePoints({ onPoints: see, readConfig: ({ n }) => n * 2 }), pointsChange({ available: -3 }));
  const first = { kind: 'points-expiring', day: { year: 2026, month: 1, day: 1 }, years: undefined, program: undefined, points: 5n, name: undefined };
  const second = { id: 'an-activity', kind: 'survey-answered', source: 'app', details: [['stars', '5']], occurredAt: 7n };
  const third = { program: 'points', movement: 'earned', available: -3n, pending: 0n };
  assert.deepEqual(seen, [
    ['occasion.reached', first, { n: 2 }], ['activity.recorded', second, { n: 2 }], ['loyalty.points-posted', third, 4],
  ]);
  assert.throws(() => new Host({ config: '[]' }).onPoints(definePoints({ onPoints: see }), pointsChange()), InvalidConfig);
});

test('a plugin without the function is refused by name, and none may be async', () => {
  assert.throws(() => defineOccasions({ onPurchase() {} }), /defineOccasions needs an object with a function `onOccasion`/);
  assert.throws(() => defineActivities({}), /defineActivities needs an object with a function `onActivity`/);
  assert.throws(() => definePoints(), /definePoints needs an object with a function `onPoints`/);
  assert.throws(() => asking(async () => {}), /onOccasion must not be async/);
});

test('effects come in the order in which they were asked for', () => {
  const { effects } = asking(() => {
    earnDecimal('points', '12.5', why);
    proposeTier('points', 'gold', why);
    proposeNoTier('points', why);
    issueVoucher('birthday-gift', why);
    makeEligible('tent', day, why);
    endEligibility('tent', why);
    reminders.set('thank-you', day);
    reminders.cancel('thank-you');
    contacts.propose(message, why);
    contacts.propose({ ...message, offer: 'birthday-gift', lastDay: day }, why);
  });
  assert.deepEqual(effects, [
    { effect: 'earn-decimal', program: 'points', points: '12.5', reason: why },
    { effect: 'propose-tier', program: 'points', tier: 'gold', reason: why },
    { effect: 'propose-no-tier', program: 'points', reason: why },
    { effect: 'issue-voucher', offer: 'birthday-gift', reason: why },
    { effect: 'make-eligible', reward: 'tent', lastDay: day, reason: why },
    { effect: 'end-eligibility', reward: 'tent', reason: why },
    { effect: 'set-reminder', name: 'thank-you', day },
    { effect: 'cancel-reminder', name: 'thank-you' },
    { effect: 'propose-contact', message, reason: why },
    { effect: 'propose-contact', message: { ...message, offer: 'birthday-gift', lastDay: day }, reason: why },
  ]);
});

test('a wrong value is named', () => {
  const refused = {
    'earnDecimal: points must be a text, but it is 12.5': () => earnDecimal('points', 12.5, why),
    'proposeTier: tier must be a text': () => proposeTier('points', undefined, why),
    'proposeNoTier: program must be a text': () => proposeNoTier(undefined, why),
    'proposeNoTier: reason must be an object': () => proposeNoTier('points'),
    'issueVoucher: reason must be an object': () => issueVoucher('gift'),
    'makeEligible: reward must be a text': () => makeEligible(undefined, day, why),
    'makeEligible: lastDay must be an object': () => makeEligible('tent', '2028-02-29', why),
    'makeEligible: lastDay.year must be a whole number': () => makeEligible('tent', why),
    'makeEligible: reason must be an object': () => makeEligible('tent', day),
    'endEligibility: reward must be a text': () => endEligibility(7, why),
    'endEligibility: reason must be an object': () => endEligibility('tent'),
    'reminders.cancel: name must be a text': () => reminders.cancel(),
    'contacts.propose: purpose must be one of service, relationship, selling': () => contacts.propose({ ...message, purpose: 'fun' }, why),
    'contacts.propose: title must be a text': () => contacts.propose({ ...message, title: undefined }, why),
    'contacts.propose: lastDay must be an object': () => contacts.propose({ ...message, lastDay: '2028-02-29' }, why),
    'contacts.propose: reason must be an object': () => contacts.propose(message),
  };
  for (const [says, act] of Object.entries(refused)) {
    assert.throws(() => asking(act), (error) => error.name === 'TypeError' && error.message.startsWith(says), says);
  }
});

test('a day is one that the calendar has', () => {
  const setting = (year, month, dayOfMonth) => asking(() => reminders.set('a', { year, month, day: dayOfMonth })).effects[0].day;
  for (const [year, month, last] of [[2026, 2, 28], [2028, 2, 29], [2000, 2, 29], [2100, 2, 28], [4, 2, 29], [2026, 4, 30], [9999, 12, 31]]) {
    assert.deepEqual(setting(year, month, last), { year, month, day: last });
    assert.throws(() => setting(year, month, last + 1), /^RangeError: reminders\.set: day is \d+-\d+-\d+, which is no day of the calendar/);
  }
  for (const wrong of [[0, 1, 1], [10_000, 1, 1], [2026, 0, 1], [2026, 13, 1], [2026, 1, 0]]) {
    assert.throws(() => setting(...wrong), /which is no day of the calendar/);
  }
  assert.throws(() => setting(2026, 1.5, 1), /reminders\.set: day\.month must be a whole number, but it is 1\.5/);
  assert.throws(() => setting(2026, 1), /reminders\.set: day\.day must be a whole number/);
  assert.throws(() => asking(() => reminders.set('a', new Date())), /reminders\.set: day\.year must be a whole number/);
  const until = (lastDay) => asking(() => makeEligible('tent', lastDay, why));
  assert.throws(() => until({ ...day, year: 2027 }), /makeEligible: lastDay is 2027-2-29, which is no day of/);
});

test('a customer is eligible without end where no last day is given', () => {
  for (const none of [undefined, null]) {
    const { effects } = asking(() => makeEligible('tent', none, why));
    assert.deepEqual(effects, [{ effect: 'make-eligible', reward: 'tent', reason: why }]);
  }
});

test('what the host would end the call for is a fault', () => {
  const proposing = (fields) => () => contacts.propose({ ...message, ...fields }, why);
  const faults = {
    'tier `Gold` is no code': () => proposeTier('points', 'Gold', why),
    'program `` is no code': () => proposeTier('', 'gold', why),
    'program `Points` is no code': () => proposeNoTier('Points', why),
    'reason.code `` is no code': () => proposeNoTier('points', { ...why, code: '' }),
    'offer `a b` is no code': () => issueVoucher('a b', why),
    'reward `Tent` is no code': () => makeEligible('Tent', day, why),
    'reward `` is no code': () => endEligibility('', why),
    'reason.code `A birthday` is no code': () => makeEligible('tent', undefined, { ...why, code: 'A birthday' }),
    'reason.text has 1001 characters': () => endEligibility('tent', { ...why, text: 'x'.repeat(1_001) }),
    'name `ä` is no code': () => reminders.set('ä', day),
    'name `-` is no code': () => reminders.cancel('-'),
    'topic `x{65}` is no code': proposing({ topic: 'x'.repeat(65) }),
    'title is empty': proposing({ title: ' ' }),
    'title has 301 characters': proposing({ title: 'x'.repeat(301) }),
    'text is empty': proposing({ text: '' }),
    'text has 10001 characters': proposing({ text: 'x'.repeat(10_001) }),
    'offer `Gift` is no code': proposing({ offer: 'Gift' }),
    '^a service message carries no offer; choose': proposing({ purpose: 'service', offer: 'gift' }),
    'reason.text is empty': () => contacts.propose(message, { code: 'a', text: '' }),
  };
  for (const [says, act] of Object.entries(faults)) {
    assert.throws(() => asking(act), { name: 'Fault', message: new RegExp(says) });
  }
});

test('a message of the purpose service is taken without an offer', () => {
  const service = { ...message, purpose: 'service' };
  const { effects } = asking(() => contacts.propose(service, why));
  assert.deepEqual(effects, [{ effect: 'propose-contact', message: service, reason: why }]);
});

test('decimals are digits, more than nothing and at most what can be earned', () => {
  const earning = (points) => asking(() => earnDecimal('points', points, why)).effects[0].points;
  for (const points of ['1', '12.5', '0.000000001', '007', '1000000000000', '1000000000000.0']) assert.equal(earning(points), points);
  for (const points of ['', '.5', '5.', '-1', '+1', '1e3', '1,5', ' 1', '1\n', '0.0000000001', '٣', 'NaN']) {
    assert.throws(() => earning(points), { name: 'Fault', message: /^points `[^]*` is no decimal/ }, points);
  }
  for (const points of ['0', '0.0', '1000000000000.000000001', '1000000000001']) {
    assert.throws(() => earning(points), { name: 'Fault', message: /points cannot be earned/ }, points);
  }
});

test('without a customer there is nobody to do anything for', () => {
  const acts = [
    () => earnDecimal('points', '1', why), () => proposeTier('points', 'gold', why), () => proposeNoTier('points', why),
    () => issueVoucher('gift', why), () => makeEligible('tent', day, why), () => endEligibility('tent', why),
    () => reminders.set('a', day), () => reminders.cancel('a'), () => contacts.propose(message, why),
  ];
  for (const act of acts) {
    assert.throws(() => asking(act, { customer: null }), { name: 'Fault', message: /^the event has no customer, so / });
  }
});

test('each needs its grant, and the kind', () => {
  const needs = {
    'loyalty.earn': () => earnDecimal('points', '1', why),
    'loyalty.propose-tier': () => { proposeTier('points', 'gold', why); proposeNoTier('points', why); },
    'loyalty.issue-voucher': () => issueVoucher('gift', why),
    'loyalty.make-eligible': () => { makeEligible('tent', day, why); endEligibility('tent', why); },
    reminders: () => { reminders.set('a', day); reminders.cancel('a'); },
    'contacts.propose': () => contacts.propose(message, why),
    'lookup.tier': () => { lookup.tier('points'); },
  };
  for (const [name, act] of Object.entries(needs)) {
    const others = Object.keys(needs).filter((other) => other !== name).map((other) => ({ name: other }));
    asking(act, { manifest: { kinds: ['loyalty'], capabilities: [{ name }] } });
    const poor = { manifest: { kinds: ['loyalty'], capabilities: others } };
    assert.throws(() => asking(act, poor), { name: 'Fault', message: new RegExp(`\`${name}\`, which is not granted`) });
  }
  for (const act of [needs.reminders, needs['contacts.propose']]) {
    assert.throws(() => asking(act, { manifest: { kinds: ['quality'] } }), /does not serve the kind `loyalty`/);
  }
});

test('a tier is looked up, and there is none unless the test says so', () => {
  const none = { code: undefined, since: undefined, lastDay: undefined, inReview: false };
  const look = (program, options) => {
    let found;
    asking(() => { found = lookup.tier(program); }, options);
    return found;
  };
  const tiers = { points: { code: 'gold', since: 5, lastDay: day, inReview: true }, other: { code: 'silver' } };
  assert.deepEqual(look('points', { tiers }), { code: 'gold', since: 5n, lastDay: day, inReview: true });
  assert.deepEqual(look('other', { tiers }), { ...none, code: 'silver' });
  assert.deepEqual(look('unknown', { tiers }), none);
  assert.deepEqual(look('points', { tiers, customer: null }), none);
  assert.throws(() => look(7), /lookup\.tier: program must be a text/);
});
