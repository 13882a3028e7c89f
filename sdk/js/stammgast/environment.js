// The surroundings of a plugin inside a component: `console` writes to the host's log, and what would end a call without
// a word says what is missing instead. Loaded by the build alone, before the plugin.

import { isConnected } from './host.js';
import { log } from './log.js';

/** The engine's own would trap without a message. */
const MISSING = {
  setTimeout: 'has no timers',
  setInterval: 'has no timers',
  fetch: 'opens no connections; a channel builds requests that the host performs, with `http` and `mail` of the SDK',
};

for (const [name, why] of Object.entries(MISSING)) {
  /** @type {any} */ (globalThis)[name] = () => {
    throw new Error(`${name} cannot be used: a plugin ${why}`);
  };
}
performance.now = () => {
  throw new Error('performance.now cannot be used: a plugin has no clock that runs; `Date` shows the time of the event');
};

const METHODS = /** @type {const} */ ({ trace: 'debug', debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' });
for (const [method, level] of Object.entries(METHODS)) {
  /** @type {any} */ (console)[method] = (/** @type {unknown[]} */ ...values) => {
    // There is no log while the component is being built.
    if (isConnected()) log[level](values.map(written).join(' '));
  };
}

/** @param {unknown} value */
function written(value) {
  if (typeof value !== 'object' || value === null || value instanceof Error) return String(value);
  try {
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));
  } catch {
    return String(value);
  }
}
