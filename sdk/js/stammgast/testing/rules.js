// What the host checks of effects and state that needs no knowledge of the tenant.

import { Fault } from './fault.js';

const MOST_POINTS = 1_000_000_000_000n;
const LARGEST_VALUE = 64 * 1024;
/** What it means for effects about a customer that the event has none. */
const NOBODY = /** @type {Record<string, string>} */ ({
  earn: 'nobody can earn points',
  'earn-decimal': 'nobody can earn points',
  'propose-tier': 'nobody can have a tier',
  'propose-no-tier': 'nobody can have a tier',
  'issue-voucher': 'nobody can get a voucher',
  'make-eligible': 'nobody can be eligible for a reward',
  'end-eligibility': 'nobody can be eligible for a reward',
  'set-reminder': 'there is nobody to be reminded of',
  'cancel-reminder': 'there is nobody to be reminded of',
  'propose-contact': 'nobody can be told anything',
});

/**
 * Ends the call where the host would refuse an effect.
 * @param {any} asked
 * @param {boolean} hasCustomer
 */
export function checkEffect(asked, hasCustomer) {
  const lacking = hasCustomer ? undefined : NOBODY[asked.effect];
  if (lacking !== undefined) throw new Fault(`the event has no customer, so ${lacking}; look at \`event.customer\` first`);
  switch (asked.effect) {
    case 'earn':
      if (asked.points < 1n || asked.points > MOST_POINTS) {
        throw new Fault(`${asked.points} points cannot be earned; 1 to ${MOST_POINTS} can`);
      }
      code('program', asked.program);
      break;
    case 'earn-decimal':
      decimal('points', asked.points);
      code('program', asked.program);
      break;
    case 'propose-tier':
      code('program', asked.program);
      code('tier', asked.tier);
      break;
    case 'propose-no-tier':
      code('program', asked.program);
      break;
    case 'issue-voucher':
      code('offer', asked.offer);
      break;
    case 'make-eligible':
    case 'end-eligibility':
      code('reward', asked.reward);
      break;
    case 'set-reminder':
    case 'cancel-reminder':
      code('name', asked.name);
      break;
    case 'propose-contact':
      checkProposed(asked.message);
      break;
    case 'open-item':
      code('department', asked.department);
      code('topic', asked.topic);
      required('title', asked.title, 300);
      break;
    case 'receive-message':
      checkMessage(asked);
      break;
    default:
  }
  if (asked.reason !== undefined) {
    code('reason.code', asked.reason.code);
    required('reason.text', asked.reason.text, 1_000);
  }
  if (asked.evidence !== undefined) {
    code('evidence.field', asked.evidence.field);
    atMost('evidence.quote', asked.evidence.quote, 500);
  }
}

/**
 * Ends the call where the host would refuse a key of state, or a value that it shall hold.
 * @param {string} key
 * @param {Uint8Array} [value]
 */
export function checkState(key, value) {
  if (key === '' || length(key) > 200) throw new Fault(`a key of state has 1 to 200 characters; \`${key}\` does not`);
  const size = value?.byteLength ?? 0;
  if (size > LARGEST_VALUE) throw new Fault(`state \`${key}\` would hold ${size} bytes; at most ${LARGEST_VALUE} fit`);
}

/** @param {any} message */
function checkProposed({ purpose, topic, title, text, offer }) {
  code('topic', topic);
  required('title', title, 300);
  required('text', text, 10_000);
  if (offer === undefined) return;
  code('offer', offer);
  if (purpose === 'service') {
    throw new Fault(
      'a service message carries no offer; choose the purpose `relationship` or `selling`, or leave the offer out',
    );
  }
}

/** @param {any} message */
function checkMessage(message) {
  const texts = { externalId: 1_000, subject: 2_000, messageId: 1_000, agent: 200, text: 200_000 };
  for (const [field, limit] of Object.entries(texts)) atMost(field, message[field] ?? '', limit);
  for (const field of ['attachments', 'inReplyTo', 'references']) {
    const items = message[field];
    if (items.length > 100) throw new Fault(`${field} has ${items.length} items; at most 100 fit`);
    for (const item of items) atMost(field, item.name ?? item, field === 'attachments' ? 300 : 1_000);
  }
}

/**
 * @param {string} field
 * @param {string} text
 */
function decimal(field, text) {
  const [, whole, part = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (whole === undefined) {
    throw new Fault(`${field} \`${text}\` is no decimal; write digits, and after a point at most 9 more, such as 12.5`);
  }
  // In billionths of a point.
  const exact = BigInt(whole + part.padEnd(9, '0'));
  if (exact < 1n || exact > MOST_POINTS * 10n ** 9n) {
    throw new Fault(`${text} points cannot be earned; more than 0 and at most ${MOST_POINTS} can`);
  }
}

/**
 * @param {string} field
 * @param {string} text
 */
function code(field, text) {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) {
    throw new Fault(`${field} \`${text}\` is no code; write 1 to 64 of \`a-z 0-9 - _ .\`, first a letter or digit`);
  }
}

/**
 * @param {string} field
 * @param {string} text
 * @param {number} limit
 */
function required(field, text, limit) {
  if (text.trim() === '') throw new Fault(`${field} is empty; write at least one character`);
  atMost(field, text, limit);
}

/**
 * @param {string} field
 * @param {string} text
 * @param {number} limit
 */
function atMost(field, text, limit) {
  const characters = length(text);
  if (characters > limit) throw new Fault(`${field} has ${characters} characters; at most ${limit} fit`);
}

/** @param {string} text */
const length = (text) => [...text].length;
