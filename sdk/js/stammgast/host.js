// The one place where the SDK reaches its host: the server's inside a component, a stand-in in tests.

/** Interfaces that only plugins of one kind have, beside that kind's effects. */
const KINDS = /** @type {Record<string, string>} */ ({ reminders: 'loyalty', contacts: 'loyalty' });

/** @type {Record<string, any> | undefined} */
let connected;

/**
 * Connects a host and gives the one that was connected before. The build does this in a component, `testing.js` in
 * tests; a plugin never has to.
 * @param {Record<string, any> | undefined} host interfaces of the contract by name: `log`, `state`, `lookup`, for loyalty
 *   `reminders` and `contacts`, and the effects of each kind under the kind's name
 * @returns {Record<string, any> | undefined}
 */
export function connect(host) {
  const before = connected;
  connected = host;
  return before;
}

/** Whether there is a host: not while a component is being built. */
export const isConnected = () => connected !== undefined;

/**
 * One interface of the host.
 * @param {string} name
 * @returns {any}
 */
export function host(name) {
  if (connected === undefined) {
    throw new Error('there is no host here: it can be asked during a call alone, not while the plugin is loaded; in tests, call the plugin through `Host` of stammgast/testing.js');
  }
  const found = connected[name];
  if (found === undefined) {
    const kind = KINDS[name] ?? name;
    throw new Error(`this plugin does not serve the kind \`${kind}\`, so it has none of its effects; add the kind to \`kinds\` in manifest.json`);
  }
  return found;
}
