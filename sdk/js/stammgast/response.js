// What a response over HTTP means for the message that was sent.

import { count, text } from './check.js';

/** @import { HttpResponse, SendOutcome } from './contract.d.ts' */

/** Request Timeout (RFC 9110), Too Early (RFC 8470) and Too Many Requests (RFC 6585): later, the same may do. */
const TRY_LATER = [408, 425, 429];

/**
 * The provider took the message.
 * @param {string} [id] the id that it gave the message
 * @returns {SendOutcome}
 */
export const sent = (id) => ({ tag: 'sent', val: id === undefined ? undefined : text(id, 'sent: id') });

/**
 * Not now: to be tried again.
 * @param {string} reason for people
 * @param {bigint | number} [afterMs] milliseconds to wait at least, where the provider says so
 * @returns {SendOutcome}
 */
export const later = (reason, afterMs) => ({
  tag: 'later',
  val: {
    reason: text(reason, 'later: reason'),
    afterMs: afterMs === undefined ? undefined : count(afterMs, 'later: afterMs'),
  },
});

/**
 * The provider will not take it.
 * @param {string} reason for people
 * @returns {SendOutcome}
 */
export const rejected = (reason) => ({ tag: 'rejected', val: text(reason, 'rejected: reason') });

/**
 * What the status alone says: 2xx is sent, 408, 425, 429 and 5xx are to be tried again (after the seconds of
 * `retry-after`), and everything else is rejected.
 * @param {HttpResponse} response
 * @returns {SendOutcome}
 */
export function outcomeByStatus(response) {
  const { status } = response;
  const says = `the provider answered with status ${status}`;
  if (status >= 200 && status <= 299) return sent();
  if (!TRY_LATER.includes(status) && (status < 500 || status > 599)) return rejected(says);
  const seconds = /^\s*(\d{1,9})\s*$/.exec(header(response, 'retry-after') ?? '')?.[1];
  return later(says, seconds === undefined ? undefined : Number(seconds) * 1_000);
}

/**
 * The first value of a response's header.
 * @param {HttpResponse} response
 * @param {string} name in any case
 * @returns {string | undefined}
 */
export const header = (response, name) => response.headers.find(([of]) => of === name.toLowerCase())?.[1];
