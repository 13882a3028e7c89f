// Running one call of a plugin: its configuration, its clock, and what becomes of what it throws.

import { shown } from './check.js';
import { withClockAt } from './clock.js';
import { InvalidConfig, PluginError, Unsupported } from './errors.js';
import { isConnected } from './host.js';
import { log } from './log.js';

/** Cases of `plugin-error` in the contract. */
export const PLUGIN_ERRORS = ['invalid-config', 'unsupported-event', 'other'];
/** Cases of `channel-error` in the contract. */
export const CHANNEL_ERRORS = ['malformed', 'invalid-config', 'unsupported', 'other'];

/**
 * Runs one call as the host wants it: the answer is returned, an error of the contract is thrown with its payload, and
 * everything else that is thrown is logged and thrown on, which ends the call as a fault.
 * @template T
 * @param {string} name what the plugin calls its function
 * @param {bigint} at what the clock shows
 * @param {string[]} cases the errors that the contract allows here
 * @param {() => T} act
 * @returns {T}
 */
export function stammgastCall(name, at, cases, act) {
  try {
    const answer = withClockAt(at, act);
    if (typeof /** @type {any} */ (answer)?.then === 'function') {
      throw new TypeError(`${name} must not be async: what the host answers is there at once, and nothing else may be waited for`);
    }
    return answer;
  } catch (error) {
    if (error instanceof PluginError) throw allowed(error, cases);
    if (isConnected()) log.error(describe(error));
    throw error;
  }
}

/**
 * A plugin's configuration, read by the plugin's own `readConfig` where it has one; an object otherwise.
 * @param {{ readConfig?: (settings: any) => any }} plugin
 * @param {string} config JSON from the host
 */
export function settings(plugin, config) {
  let read;
  try {
    read = JSON.parse(config);
  } catch (error) {
    throw new InvalidConfig(`the configuration is no JSON: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  if (plugin.readConfig !== undefined) return plugin.readConfig(read);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new InvalidConfig(`the configuration must be a JSON object, but it is ${shown(read)}`);
  }
  return read;
}

/**
 * @param {PluginError} error
 * @param {string[]} cases
 */
function allowed(error, cases) {
  if (cases.includes(error.payload.tag)) return error;
  const closest = error.payload.tag === 'unsupported-event' && cases.includes(Unsupported.case) ? Unsupported : PluginError;
  return new closest(error.message, { cause: error });
}

/**
 * What was thrown, as one line for the log.
 * @param {unknown} error
 * @returns {string}
 */
function describe(error) {
  // Errors of the bindings belong to another realm, where `instanceof` fails.
  const { name, message, stack, cause } = /** @type {any} */ (error) ?? {};
  if (typeof name !== 'string' || typeof message !== 'string') return `something that is no Error was thrown: ${shown(error)}`;
  const trail = placesIn(String(stack));
  const where = trail.length === 0 ? '' : ` (${trail.join(', called from ')})`;
  return `${name}: ${message}${where}${cause === undefined ? '' : `; because of ${describe(cause)}`}`;
}

/**
 * Places in the plugin's sources that an error came through, innermost first, such as `plugin.js:12 in earned`. The build
 * leaves a table of them, by lines of the bundle; natively there is none, and the test shows the stack itself.
 * @param {string} stack of the engine inside components: `name@file:line:column`
 */
function placesIn(stack) {
  const places = JSON.parse(/** @type {any} */ (globalThis).stammgastPlaces ?? '{}');
  return stack.split('\n').flatMap((frame) => {
    const [, name = '', line = ''] = /^([^@]*)@.*:(\d+):\d+$/.exec(frame) ?? [];
    // Functions without a name have one of the engine's, such as `earned/<`.
    const within = /^[\w$]+$/.test(name) ? ` in ${name}` : '';
    return places[line] === undefined ? [] : [`${places[line]}${within}`];
  }).slice(0, 5);
}
