// The build: what it says when it cannot go on, and how it writes regular expressions. Making components needs the
// packages of a plugin and is not done here.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as sdk from '../stammgast/index.js';
import { withoutProperties } from '../stammgast/unicode.mjs';

const script = fileURLToPath(new URL('../stammgast/build.mjs', import.meta.url));
const WIT = 'package stammgast:plugin;\nworld plugin {\n  include stammgast:loyalty/loyalty-rules@0.2.0;\n}\n';

/** What the build of a folder with these files says. */
function build(files, options = ['--wit', 'plugin.wit', '--world', 'plugin', '--output', 'dist/plugin.wasm']) {
  const folder = mkdtempSync(join(tmpdir(), 'stammgast-test-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const { status, stderr } = spawnSync(process.execPath, [script, ...options], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 1);
    return stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('what is missing is named, with what to do', () => {
  assert.match(build({}, []), /^Usage: node stammgast\/build\.mjs --wit FILE/);
  assert.match(build({}, ['--what']), /--what/);
  assert.match(build({}), /plugin\.wit cannot be read/);
  assert.match(build({ 'plugin.wit': WIT }), /There is no plugin\.js or plugin\.ts in /);
  assert.match(build({ 'plugin.wit': WIT, 'plugin.js': '' }), /preview2-shim is not installed; run `npm install` in /);
  const old = { 'node_modules/@bytecodealliance/preview2-shim/package.json': '{"version":"0.17.0"}' };
  assert.match(build({ 'plugin.wit': WIT, 'plugin.js': '', ...old }), /preview2-shim 0\.17\.0 is installed, but this SDK builds with/);
});

test('a contract that this SDK does not speak is refused', () => {
  assert.match(build({ 'plugin.wit': WIT.replace('0.2.0', '0.3.0'), 'plugin.js': '' }), /loyalty in version 0\.3\.0 .* it speaks 0\.2\.0/);
  assert.match(build({ 'plugin.wit': 'world plugin {}', 'plugin.js': '' }), /includes no world of the contract/);
});

test('properties of Unicode are written out, and match the same characters', () => {
  const properties = [/[\p{Alphabetic}\p{N}]/u, /\p{Lu}/u, /^\P{L}$/u, /[^\p{Script=Greek}_\-\]"']/iu, /a|\p{Nd}\/`/su];
  for (const regexp of properties) {
    const call = `new RegExp(${JSON.stringify(regexp.source)}, "${regexp.flags}")`;
    const code = withoutProperties(`x = ${call};`);
    assert.doesNotMatch(code, /\\p/i);
    const written = new RegExp(code.slice('x = /'.length, code.lastIndexOf('/')), regexp.flags);
    for (let point = 0; point < 0x3000; point += 1) {
      const character = String.fromCodePoint(point);
      assert.equal(written.test(character), regexp.test(character), `${regexp} and U+${point.toString(16)}`);
    }
  }
});

test('the types declare what there is', () => {
  const types = readFileSync(new URL('../stammgast/index.d.ts', import.meta.url), 'utf8');
  const declared = [...types.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(declared)].sort(), Object.keys(sdk).sort());
});
