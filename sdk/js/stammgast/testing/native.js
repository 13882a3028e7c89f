// The host's functions, answered by a test's host. They take and give what the bindings of a component do.

import { effects } from './effects.js';
import { Fault } from './fault.js';
import { checkEffect, checkState } from './rules.js';

/** Effects that one call may ask for, unless the operator says otherwise. */
const MOST_EFFECTS = 100;

/**
 * What a call may reach, and where what it asks for goes.
 * @typedef {object} Run
 * @property {any} host what the test set up
 * @property {string[]} kinds kinds that the plugin serves
 * @property {(capability: string) => boolean} grants whether a capability is granted
 * @property {boolean} readOnly whether the call may ask for nothing
 * @property {import('../testing.d.ts').Effect[]} effects
 * @property {import('../testing.d.ts').LogLine[]} log
 * @property {Map<string, import('../testing.d.ts').StateChange>} changes by scope and key
 * @property {Fault | undefined} fault what the host ended the call for, whatever the plugin makes of it
 */

/**
 * The interfaces of the contract for one call.
 * @param {Run} run
 */
export function interfaces(run) {
  const { host } = run;
  /** @param {() => any} act */
  const guarded = (act) => {
    if (run.fault !== undefined) throw run.fault;
    try {
      return act();
    } catch (error) {
      if (error instanceof Fault) run.fault = error;
      throw error;
    }
  };
  const need = (/** @type {string} */ capability) => {
    if (!run.grants(capability)) throw new Fault(`it used \`${capability}\`, which is not granted to it; ask for it in manifest.json`);
  };
  const writable = () => {
    if (run.readOnly) throw new Fault('no effects and no changes of state may be asked for while a message is sent');
  };
  /** @param {string} capability @param {any} effect */
  const ask = (capability, effect) => guarded(() => {
    writable();
    need(capability);
    checkEffect(effect, host.customer !== undefined);
    if (run.effects.length >= MOST_EFFECTS) throw new Fault(`it asked for more than ${MOST_EFFECTS} effects`);
    run.effects.push(said(effect));
  });
  /** @param {string} scope @param {string} key @param {Uint8Array} [value] */
  const place = (scope, key, value) => {
    need(`state.${scope}`);
    checkState(key, value);
    if (scope === 'customer' && host.customer === undefined) {
      throw new Fault('the event has no customer whose state could be used; look at `event.customer` first');
    }
    return `${scope} ${key}`;
  };
  /** @param {'customer' | 'shared'} scope @param {string} key @param {Uint8Array | undefined} value */
  const change = (scope, key, value) => guarded(() => {
    writable();
    run.changes.set(place(scope, key, value), { scope, key, value });
  });
  const asking = effects(ask);
  return {
    log: {
      write: (/** @type {import('../testing.d.ts').LogLine['level']} */ level, /** @type {string} */ message) => {
        // Whatever a plugin says after its call was ended is not heard.
        if (run.fault === undefined) run.log.push({ level, message });
      },
    },
    state: {
      get: (/** @type {string} */ scope, /** @type {string} */ key) => guarded(() => {
        const at = place(scope, key);
        const found = run.changes.has(at) ? run.changes.get(at)?.value : host.stateBytes(scope, key);
        return found === undefined ? undefined : new Uint8Array(found);
      }),
      set: (/** @type {'customer' | 'shared'} */ scope, /** @type {string} */ key, /** @type {Uint8Array} */ value) =>
        change(scope, key, new Uint8Array(value)),
      delete: (/** @type {'customer' | 'shared'} */ scope, /** @type {string} */ key) => change(scope, key, undefined),
    },
    lookup: {
      getCustomer: () => guarded(() => {
        need('lookup.customer');
        const { customer } = host;
        return customer && {
          ...customer,
          name: run.grants('lookup.customer.name') ? customer.name : undefined,
          language: run.grants('lookup.customer.language') ? customer.language : undefined,
        };
      }),
      getPoints: (/** @type {string} */ program) => guarded(() => {
        need('lookup.points');
        return host.customer === undefined ? 0n : BigInt(host.points[program] ?? 0);
      }),
      getTier: (/** @type {string} */ program) => guarded(() => {
        need('lookup.tier');
        const { since, ...given } = (host.customer && host.tiers[program]) ?? {};
        const none = { code: undefined, lastDay: undefined, inReview: false };
        return { ...none, ...given, since: since === undefined ? undefined : BigInt(since) };
      }),
      listPurchases: (/** @type {string | undefined} */ before, /** @type {number} */ limit) => guarded(() => {
        need('lookup.purchases');
        const { records, next } = page(host.customer === undefined ? [] : host.purchases, before, limit);
        const withLines = run.grants('lookup.purchases.lines');
        return { purchases: withLines ? records : records.map((one) => ({ ...one, lines: [] })), next };
      }),
      listInteractions: (/** @type {string | undefined} */ before, /** @type {number} */ limit) => guarded(() => {
        need('lookup.interactions');
        const { records, next } = page(host.customer === undefined ? [] : host.interactions, before, limit);
        const withText = run.grants('lookup.interactions.text');
        const bare = (/** @type {any} */ one) => ({ ...one, subject: undefined, text: undefined });
        return { interactions: withText ? records : records.map(bare), next };
      }),
    },
    ...Object.assign({}, ...run.kinds.map((kind) => asking[kind])),
  };
}

/**
 * An effect without the fields that say nothing, so that a test need not list them.
 * @param {any} record
 * @returns {any}
 */
function said(record) {
  if (typeof record !== 'object' || Array.isArray(record)) return record;
  const fields = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([name, value]) => [name, said(value)]));
}

/**
 * The records from a place on, and the place where the next page begins.
 * @param {any[]} records
 * @param {string | undefined} before
 * @param {number} limit
 */
function page(records, before, limit) {
  const start = Number(before ?? 0);
  const end = Math.min(start + limit, records.length);
  return { records: records.slice(start, end), next: end < records.length ? String(end) : undefined };
}
