// Builds a plugin: bundles plugin.ts or plugin.js with the SDK, and makes a component of it.
//
//   node stammgast/build.mjs --wit FILE --world NAME --output FILE      (in the plugin's folder)

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { withoutProperties } from './unicode.mjs';

const OLDEST_NODE = 20;
/** The contract that this SDK speaks. */
const CONTRACT = '0.2.0';
/** Packages that do the work. Other minor versions may take other options and make other components. */
const PACKAGES = {
  esbuild: '0.28.2',
  '@bytecodealliance/componentize-js': '0.23.0',
  // componentize-js imports it and does not say so in its own package.json.
  '@bytecodealliance/preview2-shim': '0.25.0',
};
/** What a plugin exports for each kind, and how it is written. */
const KINDS = {
  loyalty: { exports: ['purchaseRules'], written: 'export const purchaseRules = defineLoyalty({ … })' },
  quality: { exports: ['interactionChecks'], written: 'export const interactionChecks = defineQuality({ … })' },
  channel: { exports: ['inbound', 'outbound'], written: 'export const { inbound, outbound } = defineChannel({ … })' },
  feedback: { exports: ['interactionRoutes'], written: 'export const interactionRoutes = defineFeedback({ … })' },
};
/** Random numbers come from the host, which seeds them by event; a component without them repeats one sequence. */
const DISABLED = /** @type {const} */ (['clocks', 'http', 'stdio', 'fetch-event']);
const BUNDLE = 'bundle.js';
const ENTRY = 'stammgast-entry.js';

/** A problem that the plugin's author can put right; its message is all that is shown. */
class Problem extends Error {}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new Problem(`Node ${process.versions.node} is too old; install Node ${OLDEST_NODE} or newer.`);
  }
  const { wit, world, output } = options();
  const kinds = kindsOf(await readFile(wit, 'utf8').catch((error) => {
    throw new Problem(`${wit} cannot be read: ${error.message}.`);
  }), wit);
  const source = ['plugin.ts', 'plugin.js'].find((file) => existsSync(file));
  if (source === undefined) throw new Problem(`There is no plugin.js or plugin.ts in ${process.cwd()}.`);
  await entryOf('@bytecodealliance/preview2-shim');
  const [esbuild, componentizer] = [await load('esbuild'), await load('@bytecodealliance/componentize-js')];
  const bundle = await bundled(esbuild, source, kinds);
  const component = await componentized(componentizer, bundle, { wit, world });
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, component);
}

function options() {
  const text = { type: /** @type {const} */ ('string') };
  const usage = 'Usage: node stammgast/build.mjs --wit FILE --world NAME --output FILE';
  let values;
  try {
    ({ values } = parseArgs({ options: { wit: text, world: text, output: text } }));
  } catch (error) {
    throw new Problem(`${/** @type {Error} */ (error).message}\n${usage}`);
  }
  const { wit, world, output } = values;
  if (wit === undefined || world === undefined || output === undefined) throw new Problem(usage);
  return { wit: resolve(wit), world, output: resolve(output) };
}

/**
 * Kinds that a world serves, by the worlds of the contract that it includes.
 * @param {string} text
 * @param {string} file
 * @returns {(keyof typeof KINDS)[]}
 */
function kindsOf(text, file) {
  const included = [...text.matchAll(/^\s*include\s+stammgast:(\w+)\/[\w-]+@([\d.]+)\s*;/gm)];
  const foreign = included.find(([, kind, version]) => !(kind in KINDS) || version !== CONTRACT);
  if (foreign !== undefined) {
    throw new Problem(`${file} asks for ${foreign[1]} in version ${foreign[2]} of the contract, which this SDK does not know: it speaks ${CONTRACT}. Take the folder stammgast/ of a new plugin: \`stammgast plugin new\` makes one.`);
  }
  if (included.length === 0) throw new Problem(`${file} includes no world of the contract; \`kinds\` in manifest.json says what the plugin serves.`);
  return included.map(([, kind]) => /** @type {keyof typeof KINDS} */ (kind));
}

/**
 * The entry of a package that is installed in the plugin's folder or in one above it.
 * @param {keyof typeof PACKAGES} name
 */
async function entryOf(name) {
  const wanted = PACKAGES[name];
  let folder = process.cwd();
  while (!existsSync(join(folder, 'node_modules', name, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Problem(`${name} is not installed; run \`npm install\` in ${process.cwd()}.`);
    folder = above;
  }
  const home = join(folder, 'node_modules', name);
  const { version, main, exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const minor = (/** @type {string} */ of) => of.split('.', 2).join('.');
  if (minor(version) !== minor(wanted)) {
    throw new Problem(`${name} ${version} is installed, but this SDK builds with ${wanted}; run \`npm install --save-dev --save-exact ${name}@${wanted}\`.`);
  }
  return join(home, exports?.import ?? main ?? '');
}

/**
 * @param {keyof typeof PACKAGES} name
 * @returns {Promise<any>}
 */
async function load(name) {
  const loaded = await import(pathToFileURL(await entryOf(name)).href).catch((error) => {
    throw new Problem(`${name} cannot be loaded: ${error.message}\nDelete node_modules and run \`npm install\` again.`);
  });
  return loaded.default ?? loaded;
}

/**
 * One module of the plugin, what it imports and the SDK. The host's interfaces stay imports.
 * @param {any} esbuild
 * @param {string} source
 * @param {(keyof typeof KINDS)[]} kinds
 * @returns {Promise<{ code: string, map: SourceMap }>}
 */
async function bundled(esbuild, source, kinds) {
  const sdk = (/** @type {string} */ file) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
  const names = kinds.flatMap((kind) => KINDS[kind].exports).join(', ');
  const entry = `
    import ${sdk('environment.js')};
    import { connect } from ${sdk('host.js')};
    import * as log from 'stammgast:host/log@${CONTRACT}';
    import * as state from 'stammgast:host/state@${CONTRACT}';
    import * as lookup from 'stammgast:host/lookup@${CONTRACT}';
    ${kinds.map((kind) => `import * as ${kind} from 'stammgast:${kind}/effects@${CONTRACT}';`).join('\n')}
    import { ${names} } from './${source}';
    connect({ log, state, lookup, ${kinds.join(', ')} });
    export { ${names} };`;
  const settings = {
    stdin: { contents: entry, resolveDir: process.cwd(), sourcefile: ENTRY },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['stammgast:*'],
    // Makes esbuild write expressions with the flag `u` in the form that `withoutProperties` looks for.
    supported: { 'regexp-sticky-and-unicode-flags': false },
    sourcemap: 'external',
    outfile: BUNDLE,
    write: false,
    logLevel: 'silent',
  };
  const { outputFiles } = await esbuild.build(settings).catch((/** @type {any} */ failure) => {
    throw failure.errors === undefined ? failure : new Problem(failure.errors.map((/** @type {any} */ error) => told(error, source)).join('\n'));
  });
  const [map, code] = ['.map', '.js'].map((end) => outputFiles.find((/** @type {any} */ file) => file.path.endsWith(end)).text);
  const positions = new SourceMap(JSON.parse(map));
  // On a line of its own after all others, so that it moves none of them.
  const places = `globalThis.stammgastPlaces = ${JSON.stringify(JSON.stringify(placesOf(code, positions)))};\n`;
  return { code: `${withoutProperties(code)}${places}`, map: positions };
}

/**
 * For each line of the bundle that is the plugin's own, its place in the sources. Inside a component it tells where an
 * error came from.
 * @param {string} code
 * @param {SourceMap} map
 */
function placesOf(code, map) {
  const sdk = fileURLToPath(new URL('.', import.meta.url));
  const places = code.split('\n').map((line, index) => {
    const { originalSource, originalLine } = /** @type {any} */ (map.findEntry(index, line.search(/\S|$/)));
    const foreign = originalSource === undefined || originalSource === ENTRY || resolve(originalSource).startsWith(sdk)
      || originalSource.includes('node_modules/');
    return [index + 1, foreign ? undefined : `${originalSource}:${originalLine + 1}`];
  });
  return Object.fromEntries(places.filter(([, place]) => place !== undefined));
}

/**
 * One error of the bundler, as a sentence that says what to do.
 * @param {{ text: string, location?: { file: string, line: number, column: number } }} error
 * @param {string} source
 */
function told({ text, location }, source) {
  const lacking = /^No matching export in ".*" for import "(\w+)"$/.exec(text)?.[1];
  const kind = Object.entries(KINDS).find(([, { exports }]) => exports.includes(lacking ?? ''));
  if (kind !== undefined && location?.file === ENTRY) {
    return `${source} exports no \`${lacking}\`, which the kind ${kind[0]} of manifest.json needs: ${kind[1].written}`;
  }
  const where = location == null ? source : `${location.file}:${location.line}:${location.column + 1}`;
  const wanted = /^Could not resolve "(.+)"/.exec(text)?.[1];
  if (wanted === undefined) return `${where}: ${text}`;
  if (wanted.startsWith('node:')) return `${where}: \`${wanted}\` does not exist in a plugin, which has no files, no network and no processes.`;
  return `${where}: \`${wanted}\` cannot be found; ${wanted.startsWith('.') ? 'correct the path' : 'run `npm install`'}.`;
}

/**
 * @param {any} componentizer
 * @param {{ code: string, map: SourceMap }} bundle
 * @param {{ wit: string, world: string }} wanted
 * @returns {Promise<Uint8Array>}
 */
async function componentized({ componentize }, { code, map }, { wit, world }) {
  const folder = await mkdtemp(join(tmpdir(), 'stammgast-'));
  try {
    const sourcePath = join(folder, BUNDLE);
    await writeFile(sourcePath, code);
    const made = await componentize({ sourcePath, witPath: wit, worldName: world, disableFeatures: DISABLED });
    return made.component;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Problem(`The plugin cannot be made a component.\n${plainly(inSources(message, map))}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What the componentizer says, without what only its own authors need.
 * @param {string} message
 */
function plainly(message) {
  return message
    .replace(/^Failed to initialize component .*:\n/, '')
    .replace('Exception while evaluating top-level script', 'It fails while it is loaded:')
    .replace(/\nAdditionally, some promises were rejected[^]*?(?=\nStack:|$)/, '');
}

/**
 * Places in the bundle, as places in the sources.
 * @param {string} message
 * @param {SourceMap} map
 */
function inSources(message, map) {
  return message.replace(/\S*bundle\.js:(\d+):(\d+)/g, (place, line, column) => {
    const found = /** @type {any} */ (map.findEntry(Number(line) - 1, Number(column) - 1));
    if (found?.originalSource === undefined) return place;
    return `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });
}
