// Requests that the host performs: over HTTP, at origins that the admin granted and no others, or to a mail server.

import { encodeText } from './bytes.js';
import { bytes, list, record, shown, text, texts } from './check.js';
import { percent, piece, piecesOf } from './pieces.js';

/** @import { Authorization, HttpBody, HttpMethod, Piece, SendRequest, Signature, SignaturePart, SignatureScheme } from './contract.d.ts' */
/** @import { Body, HttpOptions, Mail, PartLike, PiecesLike, Signing } from './index.d.ts' */

/**
 * @param {HttpMethod} method
 * @returns {(origin: string, path: PiecesLike, options?: HttpOptions) => SendRequest}
 */
const request = (method) => (origin, path, options = {}) => {
  const { headers = {}, body: carried, authorization, signature } = options;
  const named = Object.entries(record(headers, `http.${method}: headers`));
  const fields = named.map(([name, value]) => ({ name, value: piecesOf(value, `http.${method}: header ${name}`) }));
  const typed = fields.some(({ name }) => name.toLowerCase() === 'content-type');
  if (carried !== undefined && !typed) fields.push({ name: 'content-type', value: piecesOf(carried.mediaType, 'body') });
  return {
    tag: 'http',
    val: {
      method,
      origin: text(origin, `http.${method}: origin`),
      path: piecesOf(path, `http.${method}: path`),
      headers: fields,
      body: carried === undefined ? { tag: 'empty' } : carried.body,
      authorization,
      signature,
    },
  };
};

/** A request over HTTP: origin (scheme, host and port), then path and query, beginning with `/`. */
export const http = {
  get: request('get'),
  post: request('post'),
  put: request('put'),
  patch: request('patch'),
  delete: request('delete'),
};

/** What a request carries, with its media type. A header `content-type` of the request's own counts more. */
export const body = {
  /**
   * A value as JSON. For JSON with a secret in it, use `body.text`.
   * @param {unknown} value
   * @returns {Body}
   */
  json(value) {
    const written = JSON.stringify(value);
    if (written === undefined) throw new TypeError(`body.json: ${shown(value)} has no form in JSON`);
    return body.bytes('application/json', encodeText(written.toWellFormed()));
  },

  /**
   * The fields of a form, percent-encoded; secrets in it are, too.
   * @param {Record<string, PiecesLike>} fields
   * @returns {Body}
   */
  form(fields) {
    const parts = Object.entries(record(fields, 'body.form: fields')).flatMap(([name, value], index) => [
      ...piecesOf(`${index === 0 ? '' : '&'}${percent(name)}=`, 'body.form'),
      ...piecesOf(value, `body.form: ${name}`).map(percentEncoded),
    ]);
    return body.text('application/x-www-form-urlencoded', parts);
  },

  /**
   * Text of a media type, put together from pieces.
   * @param {string} mediaType
   * @param {PiecesLike} content
   * @returns {Body}
   */
  text: (mediaType, content) => ({
    mediaType: text(mediaType, 'body.text: media type'),
    body: { tag: 'pieces', val: piecesOf(content, 'body.text') },
  }),

  /**
   * Bytes of a media type.
   * @param {string} mediaType
   * @param {Uint8Array} content
   * @returns {Body}
   */
  bytes: (mediaType, content) => ({
    mediaType: text(mediaType, 'body.bytes: media type'),
    body: { tag: 'bytes', val: bytes(content, 'body.bytes') },
  }),
};

/**
 * `Authorization: Bearer <secret>` (RFC 6750).
 * @param {string} name the secret's name in the manifest
 * @returns {Authorization}
 */
export const bearer = (name) => ({ tag: 'bearer', val: text(name, 'bearer: name of the secret') });

/**
 * `Authorization: Basic …` (RFC 7617).
 * @param {string | Piece} user a text or a secret
 * @param {string} password the secret's name in the manifest
 * @returns {Authorization}
 */
export const basic = (user, password) => ({
  tag: 'basic',
  val: { user: piece(user, 'basic: user'), password: text(password, 'basic: name of the secret') },
});

/** Parts of what is signed, and of the header that carries the signature. Texts stand for themselves. */
export const part = {
  /** The body's bytes as they are sent. @type {SignaturePart} */
  body: { tag: 'body' },
  /** Path and query as they are sent. @type {SignaturePart} */
  path: { tag: 'path' },
  /** Seconds since 1970 when the request is sent, in decimal digits. @type {SignaturePart} */
  timestamp: { tag: 'timestamp' },
  /** The signature in lower-case hexadecimal digits; in `value` alone. @type {SignaturePart} */
  hex: { tag: 'hex' },
  /** The signature in base64; in `value` alone. @type {SignaturePart} */
  base64: { tag: 'base64' },
};

/**
 * @param {SignatureScheme} scheme
 * @returns {(name: string, header: string, signing?: Signing) => Signature}
 */
const signature = (scheme) => (name, header, { over = [part.body], value = [part.hex] } = {}) => ({
  scheme,
  secret: text(name, 'signature: name of the secret'),
  over: list(over, 'signature: over').map(signaturePart),
  header: text(header, 'signature: header'),
  value: list(value, 'signature: value').map(signaturePart),
});

/** HMAC with SHA-256 (RFC 2104): the secret's name, and the header. Over the body and in hexadecimal, unless told else. */
export const hmacSha256 = signature('hmac-sha256');

/** Ed25519 (RFC 8032): the secret's name, and the header. Over the body and in hexadecimal, unless told else. */
export const ed25519 = signature('ed25519');

/**
 * A message for the tenant's mail server.
 * @param {Mail} given
 * @returns {SendRequest}
 */
export function mail({ from, to, message }) {
  const crlf = (/** @type {string} */ lines) => encodeText(text(lines, 'mail: message').replace(/\r?\n/g, '\r\n'));
  return {
    tag: 'mail',
    val: {
      mailFrom: text(from, 'mail: from'),
      recipients: texts(to, 'mail: to'),
      message: typeof message === 'string' ? crlf(message) : bytes(message, 'mail: message'),
    },
  };
}

/**
 * @param {Piece} one
 * @returns {Piece}
 */
function percentEncoded(one) {
  if (one.tag === 'text') return { tag: 'text', val: percent(one.val) };
  return one.val.encoding === 'plain' ? { tag: 'secret', val: { ...one.val, encoding: 'percent' } } : one;
}

/**
 * @param {unknown} given
 * @returns {SignaturePart}
 */
function signaturePart(given) {
  if (typeof given === 'string') return { tag: 'text', val: text(given, 'signature') };
  const { tag } = /** @type {any} */ (given) ?? {};
  if (tag === 'text' || tag in part) return /** @type {SignaturePart} */ (given);
  throw new TypeError(`a signature is made over texts and what \`part\` names, but was given ${shown(given)}`);
}
