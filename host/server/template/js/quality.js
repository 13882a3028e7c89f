// @ts-check
// A quality plugin: raises a finding when one of the configured words occurs in a contact.
//
// Start with `wordIn`: it is all that this plugin decides. What stands below it talks with the host.

import { defineQuality, raiseFinding } from './stammgast/index.js';

/**
 * What a tenant's admin may set. The host has checked it against `config_schema` in manifest.json.
 * @typedef {object} Config
 * @property {string[]} words words to look for, each of letters and digits
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
export const interactionChecks = defineQuality({
  /** @param {Config} config */
  checkInteraction(_event, contact, config) {
    for (const [field, text] of [['subject', contact.subject ?? ''], ['text', contact.text]]) {
      const word = wordIn(text, config);
      if (word !== undefined) {
        const reason = { code: 'word-found', text: `the word \`${word}\` occurs in the ${field}` };
        raiseFinding('info', reason, { field, quote: word });
      }
    }
  },
});
