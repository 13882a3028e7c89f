// Checks of what a plugin hands over: a wrong value is named here, instead of ending the call inside the bindings.

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/**
 * A text. Halves of surrogate pairs, which UTF-8 cannot hold, become U+FFFD.
 * @param {unknown} value
 * @param {string} what how the value is called in an error
 */
export function text(value, what) {
  if (typeof value !== 'string') throw wrong(what, 'a text', value);
  return /** @type {any} */ (value).toWellFormed();
}

/**
 * A text or nothing.
 * @param {unknown} value
 * @param {string} what
 */
export function optionalText(value, what) {
  return value === undefined || value === null ? undefined : text(value, what);
}

/**
 * A list of texts; nothing is an empty one.
 * @param {unknown} value
 * @param {string} what
 */
export function texts(value, what) {
  return list(value, what).map((one, index) => text(one, `${what}[${index}]`));
}

/**
 * A list; nothing is an empty one.
 * @param {unknown} value
 * @param {string} what
 */
export function list(value, what) {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(what, 'a list', value);
  return value;
}

/**
 * An object with named fields.
 * @param {unknown} value
 * @param {string} what
 */
export function record(value, what) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, 'an object', value);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * One of some words.
 * @template {string} T
 * @param {unknown} value
 * @param {readonly T[]} choices
 * @param {string} what
 */
export function oneOf(value, choices, what) {
  if (!choices.includes(/** @type {T} */ (value))) throw wrong(what, `one of ${choices.join(', ')}`, value);
  return /** @type {T} */ (value);
}

/**
 * Bytes. Those that the host hands over inside a component belong to another realm, where `instanceof` fails; what is
 * given back is of this one.
 * @param {unknown} value
 * @param {string} what
 */
export function bytes(value, what) {
  if (Object.prototype.toString.call(value) !== '[object Uint8Array]') throw wrong(what, 'a Uint8Array', value);
  const { buffer, byteOffset, byteLength } = /** @type {Uint8Array} */ (value);
  return value instanceof Uint8Array ? value : new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * A signed integer of 64 bits: a BigInt, or a number that holds it exactly.
 * @param {unknown} value
 * @param {string} what
 */
export function int64(value, what) {
  const whole = integer(value, what);
  if (whole < LEAST || whole > MOST) throw new RangeError(`${what} is ${whole}, which does not fit into 64 bits`);
  return whole;
}

/**
 * A signed integer of 64 bits from the host. The bindings of a component give one below zero as if it had no sign, where it
 * comes by itself and not within a larger record.
 * @param {bigint} value
 */
export const signed = (value) => BigInt.asIntN(64, value);

/**
 * An unsigned integer of 63 bits, which is as much as the host takes.
 * @param {unknown} value
 * @param {string} what
 */
export function count(value, what) {
  const whole = int64(value, what);
  if (whole < 0n) throw new RangeError(`${what} is ${whole}; it cannot be negative`);
  return whole;
}

/**
 * @param {unknown} value
 * @param {string} what
 */
function integer(value, what) {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(what, 'a whole number', value);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`${what} is the number ${value}, which is too large to be exact; calculate with BigInt, such as 10n`);
  }
  return BigInt(value);
}

/**
 * @param {string} what
 * @param {string} wanted
 * @param {unknown} value
 */
function wrong(what, wanted, value) {
  return new TypeError(`${what} must be ${wanted}, but it is ${shown(value)}`);
}

/**
 * A value, short enough for a sentence.
 * @param {unknown} value
 */
export function shown(value) {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
