// The surroundings of a native call, as near to those inside a component as Node can make them.

/** What Node has and the engine inside components has not; a plugin that uses it has to fail in tests already. */
const ABSENT = [
  'Atomics', 'Buffer', 'Intl', 'SharedArrayBuffer', 'WebAssembly', 'clearImmediate', 'global', 'navigator', 'process',
  'setImmediate',
];
/** What is there inside a component, and refuses. */
const REFUSING = ['fetch', 'setInterval', 'setTimeout'];

/**
 * Runs something without what plugins do not have.
 * @template T
 * @param {() => T} act
 * @returns {T}
 */
export function inSandbox(act) {
  const undo = [
    ...ABSENT.map((name) => replaced(globalThis, name, undefined)),
    ...REFUSING.map((name) => replaced(globalThis, name, () => {
      throw new Error(`${name} cannot be used in a plugin`);
    })),
    replaced(String.prototype, 'normalize', undefined),
  ];
  try {
    return act();
  } finally {
    for (const restore of undo) restore();
  }
}

/**
 * Replaces a property, or takes it away, and gives what puts it back.
 * @param {any} holder
 * @param {string} name
 * @param {unknown} value
 */
function replaced(holder, name, value) {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  if (before === undefined) return () => {};
  delete holder[name];
  if (value !== undefined) Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  return () => Object.defineProperty(holder, name, before);
}
