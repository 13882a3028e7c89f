// @ts-check
// A feedback plugin: opens an item for a department when a customer uses one of the configured words.
//
// Start with `wordIn`: it is all that this plugin decides. What stands below it talks with the host.

import { defineFeedback, openItem } from './stammgast/index.js';

/**
 * What a tenant's admin may set. The host has checked it against `config_schema` in manifest.json.
 * @typedef {object} Config
 * @property {string[]} words words that show that the department is meant, each of letters and digits
 * @property {string} topic code of what it is about
 * @property {string} department code of the department that has to hear of it
 */

/**
 * The first word of a text that is one of the configured words, in any case.
 * @param {string} text
 * @param {Config} config
 */
export function wordIn(text, config) {
  const wanted = new Set(config.words.map((word) => word.toLowerCase()));
  const words = text.match(/[\p{Alphabetic}\p{N}]+/gu) ?? [];
  return words.find((word) => wanted.has(word.toLowerCase()));
}

/** The plugin, as the host calls it. What it asks for happens when it has returned, and not before. */
export const interactionRoutes = defineFeedback({
  /** @param {Config} config */
  routeInteraction(_event, contact, config) {
    if (contact.direction === 'outbound') return;
    const subject = contact.subject ?? '';
    for (const [field, text] of [['subject', subject], ['text', contact.text]]) {
      const word = wordIn(text, config);
      if (word !== undefined) {
        const sentence = `the customer speaks of \`${word}\``;
        openItem({
          department: config.department,
          kind: 'complaint',
          topic: config.topic,
          title: [...(subject.trim() === '' ? sentence : subject)].slice(0, 300).join(''),
          reason: { code: 'word-found', text: sentence },
          evidence: { field, quote: word },
        });
        return;
      }
    }
  },
});
