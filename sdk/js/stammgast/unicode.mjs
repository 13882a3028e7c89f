// Unicode properties in regular expressions. The engine inside components has none of Unicode's tables for them, so
// `\p{…}` is written out as ranges of characters while the plugin is built, with the tables of Node.

import vm from 'node:vm';

/** How esbuild writes a regular expression whose flags its target does not know: with the pattern as a plain text. */
const CALL = /new RegExp\(("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.)*`), "([a-z]*)"\)/g;
const PROPERTY = /\\[pP]\{[^}]*\}/;
const END = 0x110000;

/** @type {Map<string, string>} */
const known = new Map();

/**
 * Writes out the properties in all regular expressions of a bundle.
 * @param {string} code
 */
export const withoutProperties = (code) => code.replace(CALL, (call, literal, flags) => {
  // A text without placeholders: evaluating it gives the pattern and does nothing else.
  const pattern = vm.runInNewContext(literal);
  return flags.includes('u') ? `/${new RegExp(writtenOut(pattern), flags).source}/${flags}` : call;
});

/** @param {string} pattern */
function writtenOut(pattern) {
  let [inClass, out] = [false, ''];
  for (const [token] of pattern.matchAll(/\\[pP]\{[^}]*\}|\\.|[^\\]/gsu)) {
    if (PROPERTY.test(token)) {
      out += inClass ? ranges(token) : `[${ranges(token)}]`;
      continue;
    }
    if (token === '[') inClass = true;
    if (token === ']') inClass = false;
    out += token;
  }
  return out;
}

/**
 * The characters that have a property, as the inside of a class.
 * @param {string} property such as `\p{L}`
 */
function ranges(property) {
  const found = known.get(property) ?? rangesOf(new RegExp(`^${property}$`, 'u'));
  known.set(property, found);
  return found;
}

/** @param {RegExp} property */
function rangesOf(property) {
  let [out, first] = ['', -1];
  for (let point = 0; point <= END; point += 1) {
    const has = point < END && property.test(String.fromCodePoint(point));
    if (has && first === -1) first = point;
    if (!has && first !== -1) {
      out += first === point - 1 ? escaped(first) : `${escaped(first)}-${escaped(point - 1)}`;
      first = -1;
    }
  }
  return out;
}

/** @param {number} point */
const escaped = (point) => `\\u{${point.toString(16)}}`;
