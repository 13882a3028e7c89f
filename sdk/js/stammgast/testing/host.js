// The host of a test: what a plugin finds, and what it asked for.

import { connect } from '../host.js';
import { Fault } from './fault.js';
import { interfaces } from './native.js';
import { checkRequest } from './sending.js';
import { inSandbox } from './sandbox.js';
import { event as sampleEvent } from './samples.js';

const KINDS = ['loyalty', 'quality', 'channel', 'feedback'];

/** A host that a test sets up. State lasts from one call to the next, where a call ended well. */
export class Host {
  #manifest;
  #config;
  /** @type {Map<string, Uint8Array>} */
  #state = new Map();
  /** Lines that the last call logged, whether it ended well or not. @type {import('../testing.d.ts').LogLine[]} */
  log = [];

  /** @param {import('../testing.d.ts').HostOptions} [options] */
  constructor(options = {}) {
    const { config = {}, manifest, customer, points = {}, tiers = {}, purchases = [], interactions = [], state = {} } = options;
    this.#config = typeof config === 'string' ? config : JSON.stringify(config);
    this.#manifest = manifest;
    this.customer = customer === null ? undefined : { id: 'a-customer', kind: 'person', status: 'active', ...customer };
    this.points = points;
    this.tiers = tiers;
    this.purchases = newestFirst(purchases);
    this.interactions = newestFirst(interactions);
    for (const [scope, values] of Object.entries(state)) {
      for (const [key, value] of Object.entries(values)) this.#state.set(`${scope} ${key}`, bytes(value));
    }
  }

  /** Calls a loyalty plugin with a purchase. @param {any} rules @param {any} purchase @param {any} [event] */
  onPurchase(rules, purchase, event) {
    const context = this.#event('purchase.recorded', event);
    return this.#recorded(() => rules.onPurchase(context, purchase, this.#config));
  }

  /** Calls a loyalty plugin with an occasion. @param {any} rules @param {any} occasion @param {any} [event] */
  onOccasion(rules, occasion, event) {
    const context = this.#event('occasion.reached', event);
    return this.#recorded(() => rules.onOccasion(context, occasion, this.#config));
  }

  /** Calls a loyalty plugin with an activity. @param {any} rules @param {any} activity @param {any} [event] */
  onActivity(rules, activity, event) {
    const context = this.#event('activity.recorded', event);
    return this.#recorded(() => rules.onActivity(context, activity, this.#config));
  }

  /** Calls a loyalty plugin with points that moved. @param {any} rules @param {any} change @param {any} [event] */
  onPoints(rules, change, event) {
    const context = this.#event('loyalty.points-posted', event);
    return this.#recorded(() => rules.onPoints(context, change, this.#config));
  }

  /** Calls a quality plugin. @param {any} checks @param {any} interaction @param {any} [event] */
  checkInteraction(checks, interaction, event) {
    const context = this.#event('interaction.recorded', event);
    return this.#recorded(() => checks.checkInteraction(context, interaction, this.#config));
  }

  /** Calls a feedback plugin. @param {any} routes @param {any} interaction @param {any} [event] */
  routeInteraction(routes, interaction, event) {
    const context = this.#event('interaction.recorded', event);
    return this.#recorded(() => routes.routeInteraction(context, interaction, this.#config));
  }

  /** Hands a channel what was delivered. @param {any} inbound @param {any} raw @param {any} [event] */
  readMessage(inbound, raw, event) {
    const context = this.#event('message.received', event);
    return this.#recorded(() => inbound.readMessage(context, raw, this.#config));
  }

  /** Lets a channel build the request that sends a message. @param {any} outbound @param {any} message */
  buildSend(outbound, message) {
    const { answer } = this.#run(() => outbound.buildSend(message, this.#config), true);
    checkRequest(answer, this.#manifest);
    return answer;
  }

  /** Asks a channel what a response means. @param {any} outbound @param {any} message @param {any} response */
  readResponse(outbound, message, response) {
    return this.#run(() => outbound.readResponse(message, response, this.#config), true).answer;
  }

  /** A value of state that was set as JSON. @param {string} scope @param {string} key */
  state(scope, key) {
    const found = this.stateBytes(scope, key);
    return found === undefined ? undefined : JSON.parse(new TextDecoder().decode(found));
  }

  /** A value of state. @param {string} scope @param {string} key */
  stateBytes(scope, key) {
    return this.#state.get(`${scope} ${key}`);
  }

  /** @param {string} eventType @param {any} fields */
  #event(eventType, fields) {
    return sampleEvent({ eventType, customer: this.customer?.id, ...fields });
  }

  /** @param {() => void} act */
  #recorded(act) {
    const { run } = this.#run(act, false);
    for (const [place, { value }] of run.changes) {
      if (value === undefined) this.#state.delete(place);
      else this.#state.set(place, value);
    }
    return { effects: run.effects, log: run.log, state: [...run.changes.values()] };
  }

  /** @param {() => any} act @param {boolean} readOnly */
  #run(act, readOnly) {
    const granted = this.#manifest?.capabilities?.map(({ name }) => name);
    /** @type {import('./native.js').Run} */
    const run = {
      host: this,
      kinds: this.#manifest?.kinds ?? KINDS,
      grants: (capability) => granted === undefined || granted.includes(capability),
      readOnly,
      effects: [],
      log: [],
      changes: new Map(),
      fault: undefined,
    };
    this.log = run.log;
    const before = connect(interfaces(run));
    try {
      const answer = inSandbox(act);
      if (run.fault !== undefined) throw run.fault;
      return { answer, run };
    } catch (error) {
      throw run.fault ?? error;
    } finally {
      connect(before);
    }
  }
}

/** @param {unknown} value JSON, or bytes as they are */
const bytes = (value) => (value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value)));

/** @param {readonly any[]} records */
const newestFirst = (records) => [...records].sort((a, b) => Number(b.occurredAt - a.occurredAt));
