// @ts-check
// A channel plugin: reads messages that are plain text. The first line says who writes, the rest is the message.
//
// Start with `read`: it is all that this plugin decides. What stands below it talks with the host.

import { Malformed, Unsupported, decodeText, defineChannel, receiveMessage } from './stammgast/index.js';

/**
 * What a tenant's admin may set. The host has checked it against `config_schema` in manifest.json.
 * @typedef {object} Config
 * @property {string} sender_mark what the first line starts with
 */

/**
 * Who writes, and what. Throws where the message does not say who.
 * @param {string} message
 * @param {Config} config
 */
export function read(message, config) {
  const end = message.includes('\n') ? message.indexOf('\n') : message.length;
  const first = message.slice(0, end);
  const sender = first.startsWith(config.sender_mark) ? first.slice(config.sender_mark.length).trim() : '';
  if (sender === '') throw new Malformed(`the first line must be \`${config.sender_mark} <e-mail address>\``);
  return { sender, text: message.slice(end).trim() };
}

/** The plugin, as the host calls it. */
export const { inbound, outbound } = defineChannel({
  /**
   * Called for every delivery. What it asks for happens when it has returned, and not before.
   * @param {Config} config
   */
  readMessage(_event, raw, config) {
    const { sender, text } = read(decodeText(raw.body), config);
    receiveMessage({ party: { kind: 'email', address: sender }, text });
  },

  /** Called to build what the channel shall carry. Sending is left to you. */
  buildSend() {
    throw new Unsupported('this channel cannot send messages');
  },
});
