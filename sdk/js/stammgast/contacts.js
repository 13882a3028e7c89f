// Saying something to customers, through the grant `contacts.propose`.

import { oneOf, optionalText, record, text } from './check.js';
import { host } from './host.js';
import { date, reason } from './records.js';

const PURPOSES = /** @type {const} */ (['service', 'relationship', 'selling']);

/**
 * Messages to the event's customer. The host decides whether one is said: it goes by consent, by the tenant's limits for
 * each purpose, and by hours of rest.
 */
export const contacts = {
  /**
   * Proposes a message. An effect.
   * @param {import('./contract.d.ts').ContactMessage} message
   * @param {import('./contract.d.ts').Reason} why
   */
  propose(message, why) {
    const given = record(message, 'contacts.propose: message');
    const { lastDay } = given;
    host('contacts').propose({
      purpose: oneOf(given.purpose, PURPOSES, 'contacts.propose: purpose'),
      topic: text(given.topic, 'contacts.propose: topic'),
      title: text(given.title, 'contacts.propose: title'),
      text: text(given.text, 'contacts.propose: text'),
      offer: optionalText(given.offer, 'contacts.propose: offer'),
      lastDay: lastDay === undefined || lastDay === null ? undefined : date(lastDay, 'contacts.propose: lastDay'),
    }, reason(why, 'contacts.propose'));
  },
};
