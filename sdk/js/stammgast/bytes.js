// Bytes as text and as JSON: what raw messages and responses hold.

import { bytes as checked } from './check.js';
import { PluginError } from './errors.js';

/**
 * Bytes as text (UTF-8). What is no UTF-8 becomes U+FFFD.
 * @param {Uint8Array} bytes
 */
export const decodeText = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(checked(bytes, 'decodeText: bytes'));

/**
 * Bytes as JSON. Throws a `PluginError` where they are none.
 * @param {Uint8Array} bytes
 * @returns {unknown}
 */
export function decodeJson(bytes) {
  try {
    return JSON.parse(decodeText(bytes));
  } catch (error) {
    throw new PluginError(`what came in is no JSON: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}

/**
 * A text as bytes (UTF-8).
 * @param {string} text
 */
export const encodeText = (text) => new TextEncoder().encode(text);
