// Records to start a test with: say what the test is about, and the rest is filled in.

/** 2026-01-01T00:00:00Z: when everything happens, unless a test says otherwise. */
const NEW_YEAR = 1_767_225_600_000n;

/** The event of a call. @param {any} [fields] */
export const event = (fields = {}) => ({
  eventType: 'purchase.recorded',
  ...fields,
  seq: BigInt(fields.seq ?? 1),
  occurredAt: BigInt(fields.occurredAt ?? NEW_YEAR),
  recordedAt: BigInt(fields.recordedAt ?? NEW_YEAR),
  customer: 'customer' in fields ? fields.customer : 'a-customer',
});

/** A purchase, without lines. Money may be given as `minor`, `currency` and `minorDigits`. @param {any} [fields] */
export function purchase({ minor = 0n, currency = 'EUR', minorDigits = 2, lines = [], ...fields } = {}) {
  return {
    id: 'a-purchase',
    source: 'webshop',
    amount: { minor: BigInt(minor), currency, minorDigits },
    ...fields,
    lines: lines.map(line),
    occurredAt: BigInt(fields.occurredAt ?? NEW_YEAR),
  };
}

/** A line of a purchase. @param {any} [fields] */
export const line = (fields = {}) => ({
  product: 'a-product',
  category: undefined,
  quantity: 1,
  ...fields,
  amountMinor: BigInt(fields.amountMinor ?? 0),
});

/** A birthday on New Year's Day of 2026. @param {any} [fields] */
export const occasion = (fields = {}) => ({
  kind: 'birthday',
  day: { year: 2026, month: 1, day: 1 },
  years: undefined,
  program: undefined,
  name: undefined,
  ...fields,
  points: fields.points === undefined ? undefined : BigInt(fields.points),
});

/** A survey that the customer answered in the app. Details may be given as an object. @param {any} [fields] */
export const activity = ({ details = {}, ...fields } = {}) => ({
  id: 'an-activity',
  kind: 'survey-answered',
  source: 'app',
  ...fields,
  details: /** @type {[string, string][]} */ (Array.isArray(details) ? details : Object.entries(details)),
  occurredAt: BigInt(fields.occurredAt ?? NEW_YEAR),
});

/** Points of the program `points` that were earned. @param {any} [fields] */
export const pointsChange = (fields = {}) => ({
  program: 'points',
  movement: 'earned',
  ...fields,
  available: BigInt(fields.available ?? 0),
  pending: BigInt(fields.pending ?? 0),
});

/** An e-mail of the customer. @param {any} [fields] */
export const interaction = (fields = {}) => ({
  id: 'a-contact',
  channel: 'email',
  direction: 'inbound',
  subject: undefined,
  text: '',
  party: 'ada@example.com',
  agent: undefined,
  topic: undefined,
  outcome: undefined,
  ...fields,
  attachments: (fields.attachments ?? []).map(attachment),
  occurredAt: BigInt(fields.occurredAt ?? NEW_YEAR),
});

/** An e-mail of the customer that plugins can look up. @param {any} [fields] */
export const pastInteraction = (fields = {}) => ({
  id: 'a-past-contact',
  channel: 'email',
  direction: 'inbound',
  topic: undefined,
  outcome: undefined,
  subject: undefined,
  text: '',
  ...fields,
  occurredAt: BigInt(fields.occurredAt ?? NEW_YEAR),
});

/** What a channel delivered. @param {string | Uint8Array} body @param {any} [fields] */
export const rawMessage = (body, fields = {}) => ({
  mediaType: 'text/plain',
  ...fields,
  body: bytes(body),
  receivedAt: BigInt(fields.receivedAt ?? NEW_YEAR),
});

/** A message that shall be sent. @param {any} [fields] */
export const outgoingMessage = (fields = {}) => ({
  id: 'a-contact',
  to: { name: undefined, kind: 'email', address: 'ada@example.com' },
  agent: undefined,
  subject: undefined,
  text: '',
  messageId: 'a-contact@example.com',
  inReplyTo: [],
  references: [],
  ...fields,
  sentAt: BigInt(fields.sentAt ?? NEW_YEAR),
});

/** What came back over HTTP. @param {number} status @param {string | Uint8Array} [body] @param {Record<string, string>} [headers] */
export const response = (status, body = '', headers = {}) => ({
  status,
  headers: Object.entries(headers).map(([name, value]) => /** @type {[string, string]} */ ([name.toLowerCase(), value])),
  body: bytes(body),
});

/** @param {any} fields */
const attachment = (fields) => ({ name: '', mediaType: 'application/octet-stream', ...fields, size: BigInt(fields.size ?? 0) });

/** @param {string | Uint8Array} given */
const bytes = (given) => (typeof given === 'string' ? new TextEncoder().encode(given) : given);
