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
const WIT = 'package stammgast:plugin;\nworld plugin {\n  include stammgast:loyalty/loyalty-rules@0.2.1;\n}\n';

/** Packages that do as if, and a bundler that fails with what it was given, or with what a test wants. */
const packages = (failure = 'stdin.contents') => Object.fromEntries([
  ['@bytecodealliance/preview2-shim', '0.25.0', ''],
  ['@bytecodealliance/componentize-js', '0.23.0', ''],
  ['esbuild', '0.28.2', `export const build = async ({ stdin }) => { throw { errors: [{ text: ${failure}, location: { file: stdin.sourcefile } }] }; };`],
].flatMap(([name, version, code]) => [
  [`node_modules/${name}/package.json`, JSON.stringify({ version, main: 'index.mjs' })], [`node_modules/${name}/index.mjs`, code],
]));

/** A plugin's world that includes some of the contract's. */
const including = (...worlds) => WIT.replace(/ {2}include.*\n/, worlds.map((world) => `  include stammgast:${world}@0.2.1;\n`).join(''));

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
  assert.match(build({ 'plugin.wit': WIT.replace('0.2.1', '0.3.0'), 'plugin.js': '' }), /loyalty-rules in version 0\.3\.0 .* it speaks 0\.2\.1/);
  assert.match(build({ 'plugin.wit': WIT.replace('rules', 'dreams'), 'plugin.js': '' }), /loyalty\/loyalty-dreams .* does not know/);
  assert.match(build({ 'plugin.wit': 'world plugin {}', 'plugin.js': '' }), /includes no world of the contract/);
});

test('worlds decide what is imported from the host and exported by the plugin', () => {
  const entry = (...worlds) => {
    const said = build({ 'plugin.wit': including(...worlds), 'plugin.js': '', ...packages() });
    const imports = [...said.matchAll(/import \* as (\w+) from 'stammgast:(.*)@0\.2\.1';/g)].map(([, name, from]) => [name, from]);
    assert.equal(/connect\({ (.*) }\)/.exec(said)?.[1], imports.map(([name]) => name).join(', '));
    return [imports.map(([, from]) => from).join(' '), /export { (.*) };/.exec(said)?.[1]];
  };
  const all = 'host/log host/state host/lookup';
  const loyalty = `${all} host/reminders host/contacts`;
  assert.deepEqual(entry('loyalty/loyalty-rules'), [`${loyalty} loyalty/effects`, 'purchaseRules']);
  assert.deepEqual(entry('loyalty/loyalty-occasions'), [`${loyalty} loyalty/effects`, 'occasionRules']);
  assert.deepEqual(
    entry('loyalty/loyalty-rules', 'loyalty/loyalty-activities', 'loyalty/loyalty-points', 'quality/quality-checks'),
    [`${loyalty} loyalty/effects quality/effects`, 'purchaseRules, activityRules, pointsRules, interactionChecks'],
  );
  assert.deepEqual(entry('channel/channel-connector'), [`${all} channel/effects`, 'inbound, outbound']);
  assert.deepEqual(entry('feedback/feedback-routes'), [`${all} feedback/effects`, 'interactionRoutes']);
});

test('an export that is missing is named, with what asks for it', () => {
  const lacking = (name) => {
    const failure = JSON.stringify(`No matching export in "plugin.js" for import "${name}"`);
    return build({ 'plugin.wit': WIT, 'plugin.js': '', ...packages(failure) });
  };
  assert.match(lacking('purchaseRules'), /exports no `purchaseRules`, which the event purchase\.recorded .* needs: .* defineLoyalty/);
  assert.match(lacking('occasionRules'), /exports no `occasionRules`, which the event occasion\.reached .* needs: .* defineOccasions/);
  assert.match(lacking('activityRules'), /exports no `activityRules`, which the event activity\.recorded .* needs: .* defineActivities/);
  assert.match(lacking('pointsRules'), /exports no `pointsRules`, which the event loyalty\.points-posted .* needs: .* definePoints/);
  assert.match(lacking('inbound'), /exports no `inbound`, which the kind channel of manifest\.json needs: .* defineChannel/);
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
