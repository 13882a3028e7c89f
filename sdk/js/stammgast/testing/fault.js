// What the real host ends a call for.

/** The host ended the call: nothing that it asked for happens. A plugin cannot catch it. */
export class Fault extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'Fault';
  }
}
