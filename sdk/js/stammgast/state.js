// Small key/value state of the installation, through the grants `state.customer` and `state.shared`.

import { decodeText, encodeText } from './bytes.js';
import { bytes as checkedBytes, text } from './check.js';
import { PluginError } from './errors.js';
import { host } from './host.js';

/**
 * State of one scope. A change is an effect: it happens when the call has ended well, and only if the value has not
 * changed since it was read; otherwise the host calls again.
 */
class State {
  /** @type {'customer' | 'shared'} */
  #scope;

  /** @param {'customer' | 'shared'} scope */
  constructor(scope) {
    this.#scope = scope;
  }

  /**
   * Reads a value that was set as JSON; `undefined` where there is none. Sees this call's own changes.
   * @param {string} key
   * @returns {any}
   */
  get(key) {
    const bytes = this.getBytes(key);
    if (bytes === undefined) return undefined;
    try {
      return JSON.parse(decodeText(bytes));
    } catch (error) {
      throw new PluginError(`state \`${key}\` holds something else than JSON; read it with getBytes or delete it`, { cause: error });
    }
  }

  /**
   * Sets a value, written as JSON. BigInt has no form in JSON: write it as text.
   * @param {string} key
   * @param {unknown} value
   */
  set(key, value) {
    this.setBytes(key, encodeText(json(key, value)));
  }

  /**
   * Reads a value's bytes; `undefined` where there is none. Sees this call's own changes.
   * @param {string} key
   * @returns {Uint8Array | undefined}
   */
  getBytes(key) {
    const found = host('state').get(this.#scope, this.#key(key));
    return found === undefined ? undefined : checkedBytes(found, `state.${this.#scope}: what the host gave`);
  }

  /**
   * Sets a value to bytes.
   * @param {string} key 1 to 200 characters
   * @param {Uint8Array} value at most 64 KiB, unless the operator allows more
   */
  setBytes(key, value) {
    host('state').set(this.#scope, this.#key(key), checkedBytes(value, `state.${this.#scope}: the value of \`${key}\``));
  }

  /**
   * Deletes a value; nothing happens where there is none.
   * @param {string} key
   */
  delete(key) {
    host('state').delete(this.#scope, this.#key(key));
  }

  /** @param {string} key */
  #key(key) {
    return text(key, `state.${this.#scope}: the key`);
  }
}

/** The installation's state. */
export const state = {
  /** State of the event's customer. */
  customer: new State('customer'),
  /** State of the whole installation. Calls that change one shared key wait for one another: prefer `customer`. */
  shared: new State('shared'),
};

/**
 * @param {string} key
 * @param {unknown} value
 */
function json(key, value) {
  const refused = (/** @type {string} */ why) => new TypeError(`state \`${key}\` cannot be set: ${why}`);
  let written;
  try {
    written = JSON.stringify(value);
  } catch (error) {
    throw refused(`${/** @type {Error} */ (error).message}; JSON has no BigInt and no cycles, write numbers as text`);
  }
  if (written === undefined) throw refused('the value has no form in JSON; to remove a value, use delete');
  return written;
}
