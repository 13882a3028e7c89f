// Texts with secrets in them. A secret is a piece of its own and never text, so nobody's words can pass for one.

import { oneOf, shown, text } from './check.js';

/** @import { Piece, SecretEncoding } from './contract.d.ts' */

const ENCODINGS = /** @type {const} */ (['plain', 'percent', 'json', 'base64']);

/**
 * A secret of the manifest, by its name. The host puts it in at the last moment; no plugin ever sees it.
 * @param {string} name
 * @param {SecretEncoding} [encoding] how it is written: `percent` in paths, queries and forms, `json` inside a JSON
 *   string
 * @returns {Piece}
 */
export const secret = (name, encoding = 'plain') => ({
  tag: 'secret',
  val: { name: text(name, 'secret: name'), encoding: oneOf(encoding, ENCODINGS, 'secret: encoding') },
});

/**
 * A text with secrets in it, as a template: pieces`/bot${secret('token', 'percent')}/send`. Whatever is no secret is
 * put in as the text it is.
 * @param {TemplateStringsArray} strings
 * @param {(string | number | bigint | Piece)[]} values
 * @returns {Piece[]}
 */
export const pieces = (strings, ...values) => strings.flatMap((literal, index) => {
  const around = literal === '' ? [] : [plain(literal)];
  return index < values.length ? [...around, piece(values[index], 'pieces')] : around;
});

/**
 * What a plugin may write where pieces are wanted, as pieces.
 * @param {unknown} value a text, a piece, or a list of them
 * @param {string} what
 * @returns {Piece[]}
 */
export const piecesOf = (value, what) => (Array.isArray(value) ? value : [value]).map((one) => piece(one, what));

/**
 * A text percent-encoded (RFC 3986), as one segment of a path or one value of a query: everything but letters, digits
 * and `-._~`.
 * @param {string} given
 */
export const percent = (given) => encodeURIComponent(text(given, 'percent: text'))
  .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Piece}
 */
export function piece(value, what) {
  if (typeof value === 'string') return plain(value);
  if (typeof value === 'bigint' || typeof value === 'number') return plain(String(value));
  const { tag, val } = /** @type {any} */ (value) ?? {};
  if (tag === 'text') return plain(text(val, what));
  if (tag === 'secret') return secret(val?.name, val?.encoding);
  throw new TypeError(`${what} takes texts and secrets, but was given ${shown(value)}`);
}

/**
 * @param {string} value
 * @returns {Piece}
 */
const plain = (value) => ({ tag: 'text', val: text(value, 'pieces') });
