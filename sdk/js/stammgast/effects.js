// What a plugin may ask for. Nothing happens before its call has ended well.

import { count, int64, list, oneOf, optionalText, record, text, texts } from './check.js';
import { host } from './host.js';
import { date, reason } from './records.js';

const SEVERITIES = /** @type {const} */ (['info', 'minor', 'major', 'critical']);
const KINDS = /** @type {const} */ (['complaint', 'praise', 'suggestion', 'question']);
const DIRECTIONS = /** @type {const} */ (['inbound', 'outbound']);
const ADDRESSES = /** @type {const} */ (['email', 'phone', 'handle', 'chat']);

/**
 * The event's customer earns points. Needs the grant `loyalty.earn`.
 * @param {string} program the program's code
 * @param {bigint | number} points 1 to 1,000,000,000,000
 * @param {import('./contract.d.ts').Reason} why
 */
export function earn(program, points, why) {
  host('loyalty').earn(text(program, 'earn: program'), int64(points, 'earn: points'), reason(why, 'earn'));
}

/**
 * The event's customer earns a number of points that need not be whole. The program's policy rounds it; what is less than a
 * point after that earns nothing. Needs the grant `loyalty.earn`.
 * @param {string} program the program's code
 * @param {string} points such as `12.5`: digits, and after a point at most 9 more; up to 1,000,000,000,000
 * @param {import('./contract.d.ts').Reason} why
 */
export function earnDecimal(program, points, why) {
  const [to, many] = [text(program, 'earnDecimal: program'), text(points, 'earnDecimal: points')];
  host('loyalty').earnDecimal(to, many, reason(why, 'earnDecimal'));
}

/**
 * The event's customer should have this tier of a program. The program's policy decides: a higher tier holds at once, the
 * same tier holds longer (where points moved, only if some were earned), and a lower one holds when the tier's time
 * and its grace are over. With too few points for it by the policy, the next lower tier counts as proposed for which they
 * are enough, or none where they are enough for no tier. A program that has no tiers, or not this one, is a fault.
 * Needs the grant `loyalty.propose-tier`.
 * @param {string} program the program's code
 * @param {string} tier the tier's code
 * @param {import('./contract.d.ts').Reason} why
 */
export function proposeTier(program, tier, why) {
  const [of, proposed] = [text(program, 'proposeTier: program'), text(tier, 'proposeTier: tier')];
  host('loyalty').proposeTier(of, proposed, reason(why, 'proposeTier'));
}

/**
 * The event's customer should have no tier of a program any more. The tier holds until its time and its grace are over,
 * and then none, or the next lower one where the policy goes down by steps. Said after the tier's time it changes
 * nothing. A program that has no tiers is a fault. Needs the grant `loyalty.propose-tier`.
 * @param {string} program the program's code
 * @param {import('./contract.d.ts').Reason} why
 */
export function proposeNoTier(program, why) {
  host('loyalty').proposeNoTier(text(program, 'proposeNoTier: program'), reason(why, 'proposeNoTier'));
}

/**
 * The event's customer gets a voucher. Needs the grant `loyalty.issue-voucher`.
 * @param {string} offer the code of one of the tenant's offers
 * @param {import('./contract.d.ts').Reason} why
 */
export function issueVoucher(offer, why) {
  host('loyalty').issueVoucher(text(offer, 'issueVoucher: offer'), reason(why, 'issueVoucher'));
}

/**
 * The event's customer may claim a reward that is open to eligible customers: to the end of the last day in the
 * tenant's time zone, or until `endEligibility`. One word holds for a customer and a reward, whoever says it: the last
 * one, by the time of the events. Needs the grant `loyalty.make-eligible`.
 * @param {string} reward the reward's code
 * @param {import('./contract.d.ts').CalendarDate | null | undefined} lastDay nothing where there is no end
 * @param {import('./contract.d.ts').Reason} why
 */
export function makeEligible(reward, lastDay, why) {
  const claimable = text(reward, 'makeEligible: reward');
  const until = lastDay === undefined || lastDay === null ? undefined : date(lastDay, 'makeEligible: lastDay');
  host('loyalty').makeEligible(claimable, until, reason(why, 'makeEligible'));
}

/**
 * The event's customer may not claim that reward any more; what is claimed stays. Needs the grant
 * `loyalty.make-eligible`.
 * @param {string} reward the reward's code
 * @param {import('./contract.d.ts').Reason} why
 */
export function endEligibility(reward, why) {
  host('loyalty').endEligibility(text(reward, 'endEligibility: reward'), reason(why, 'endEligibility'));
}

/**
 * The checked contact deviates from a standard; the reason's code names the broken rule. Needs the grant
 * `quality.raise-finding`.
 * @param {import('./contract.d.ts').Severity} severity
 * @param {import('./contract.d.ts').Reason} why
 * @param {import('./contract.d.ts').Evidence} [where]
 */
export function raiseFinding(severity, why, where) {
  const matters = oneOf(severity, SEVERITIES, 'raiseFinding: severity');
  host('quality').raiseFinding(matters, reason(why, 'raiseFinding'), evidence(where, 'raiseFinding'));
}

/**
 * A department has to hear this. Needs the grant `feedback.open-item`.
 * @param {import('./contract.d.ts').Item} item
 */
export function openItem(item) {
  const given = record(item, 'openItem: item');
  host('feedback').openItem({
    department: text(given.department, 'openItem: department'),
    kind: oneOf(given.kind, KINDS, 'openItem: kind'),
    topic: text(given.topic, 'openItem: topic'),
    title: text(given.title, 'openItem: title'),
    reason: reason(given.reason, 'openItem'),
    evidence: evidence(given.evidence, 'openItem'),
  });
}

/**
 * The raw bytes held this message. Needs the grant `channel.receive-message`.
 * @param {import('./contract.d.ts').ReceivedMessage} message
 */
export function receiveMessage(message) {
  const given = record(message, 'receiveMessage: message');
  const optional = (/** @type {string} */ name) => optionalText(given[name], `receiveMessage: ${name}`);
  host('channel').receiveMessage({
    externalId: optional('externalId'),
    direction: oneOf(given.direction ?? 'inbound', DIRECTIONS, 'receiveMessage: direction'),
    party: given.party === undefined || given.party === null ? undefined : party(given.party),
    subject: optional('subject'),
    text: text(given.text, 'receiveMessage: text'),
    attachments: list(given.attachments, 'receiveMessage: attachments').map(attachment),
    messageId: optional('messageId'),
    inReplyTo: texts(given.inReplyTo, 'receiveMessage: inReplyTo'),
    references: texts(given.references, 'receiveMessage: references'),
    agent: optional('agent'),
    sentAt: given.sentAt === undefined || given.sentAt === null ? undefined : int64(given.sentAt, 'receiveMessage: sentAt'),
  });
}

/**
 * @param {unknown} value
 * @param {string} effect
 */
function evidence(value, effect) {
  if (value === undefined || value === null) return undefined;
  const given = record(value, `${effect}: evidence`);
  return { field: text(given.field, `${effect}: evidence.field`), quote: text(given.quote, `${effect}: evidence.quote`) };
}

/** @param {unknown} value */
function party(value) {
  const given = record(value, 'receiveMessage: party');
  return {
    name: optionalText(given.name, 'receiveMessage: party.name'),
    kind: oneOf(given.kind, ADDRESSES, 'receiveMessage: party.kind'),
    address: text(given.address, 'receiveMessage: party.address'),
  };
}

/**
 * @param {unknown} value
 * @param {number} index
 */
function attachment(value, index) {
  const what = `receiveMessage: attachments[${index}]`;
  const given = record(value, what);
  return {
    name: text(given.name, `${what}.name`),
    mediaType: text(given.mediaType, `${what}.mediaType`),
    size: count(given.size, `${what}.size`),
  };
}
