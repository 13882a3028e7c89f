// Messages for whoever operates the server.

import { host } from './host.js';

/** @typedef {'debug' | 'info' | 'warn' | 'error'} Level */

/**
 * @param {Level} level
 * @returns {(message: string) => void}
 */
const writer = (level) => (message) => host('log').write(level, String(message).toWellFormed());

/**
 * Writes one line. Long lines are cut, and lines past the host's limit are counted and dropped. Never log personal data:
 * the host cannot erase what it cannot recognise.
 */
export const log = {
  /** For the author. */
  debug: writer('debug'),
  /** For the record. */
  info: writer('info'),
  /** Somebody should look. */
  warn: writer('warn'),
  /** Somebody must look. */
  error: writer('error'),
};
