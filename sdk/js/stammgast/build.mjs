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
const CONTRACT = '0.2.1';
/** Packages that do the work. Other minor versions may take other options and make other components. */
const PACKAGES = {
  esbuild: '0.28.2',
  '@bytecodealliance/componentize-js': '0.23.0',
  // componentize-js imports it and does not say so in its own package.json.
  '@bytecodealliance/preview2-shim': '0.25.0',
};
/** What a plugin exports for each world of the contract, what in its manifest asks for that, and how it is written. */
const WORLDS = {
  'loyalty/loyalty-rules': {
    exports: ['purchaseRules'],
    asked: 'event purchase.recorded',
    written: 'export const purchaseRules = defineLoyalty({ … })',
  },
  'loyalty/loyalty-occasions': {
    exports: ['occasionRules'],
    asked: 'event occasion.reached',
    written: 'export const occasionRules = defineOccasions({ … })',
  },
  'loyalty/loyalty-activities': {
    exports: ['activityRules'],
    asked: 'event activity.recorded',
    written: 'export const activityRules = defineActivities({ … })',
  },
  'loyalty/loyalty-points': {
    exports: ['pointsRules'],
    asked: 'event loyalty.points-posted',
    written: 'export const pointsRules = definePoints({ … })',
  },
  'quality/quality-checks': {
    exports: ['interactionChecks'],
    asked: 'kind quality',
    written: 'export const interactionChecks = defineQuality({ … })',
  },
  'channel/channel-connector': {
    exports: ['inbound', 'outbound'],
    asked: 'kind channel',
    written: 'export const { inbound, outbound } = defineChannel({ … })',
  },
  'feedback/feedback-routes': {
    exports: ['interactionRoutes'],
    asked: 'kind feedback',
    written: 'export const interactionRoutes = defineFeedback({ … })',
  },
};
/** Interfaces of the host for plugins of every kind. */
const OFFERED = ['log', 'state', 'lookup'];
/** Further ones, for plugins of one kind. */
const OFFERED_TO = /** @type {Record<string, string[]>} */ ({ loyalty: ['reminders', 'contacts'] });
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
  const worlds = worldsOf(await readFile(wit, 'utf8').catch((error) => {
    throw new Problem(`${wit} cannot be read: ${error.message}.`);
  }), wit);
  const source = ['plugin.ts', 'plugin.js'].find((file) => existsSync(file));
  if (source === undefined) throw new Problem(`There is no plugin.js or plugin.ts in ${process.cwd()}.`);
  await entryOf('@bytecodealliance/preview2-shim');
  const [esbuild, componentizer] = [await load('esbuild'), await load('@bytecodealliance/componentize-js')];
  const bundle = await bundled(esbuild, source, worlds);
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
 * Worlds of the contract that a plugin's world includes.
 * @param {string} text
 * @param {string} file
 * @returns {(keyof typeof WORLDS)[]}
 */
function worldsOf(text, file) {
  // Worlds of the contract include one another, too, but without the name of a package.
  const included = [...text.matchAll(/^\s*include\s+stammgast:(\w+\/[\w-]+)@([\d.]+)\s*;/gm)];
  const foreign = included.find(([, world, version]) => !(world in WORLDS) || version !== CONTRACT);
  if (foreign !== undefined) {
    throw new Problem(`${file} asks for ${foreign[1]} in version ${foreign[2]} of the contract, which this SDK does not know: it speaks ${CONTRACT}. Take the folder stammgast/ of a new plugin: \`stammgast plugin new\` makes one.`);
  }
  if (included.length === 0) throw new Problem(`${file} includes no world of the contract; \`kinds\` and \`events\` in manifest.json say what the plugin serves.`);
  return included.map(([, world]) => /** @type {keyof typeof WORLDS} */ (world));
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
 * @param {(keyof typeof WORLDS)[]} worlds
 * @returns {Promise<{ code: string, map: SourceMap }>}
 */
async function bundled(esbuild, source, worlds) {
  const sdk = (/** @type {string} */ file) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
  const names = worlds.flatMap((world) => WORLDS[world].exports).join(', ');
  const imported = importedBy(worlds);
  const entry = `
    import ${sdk('environment.js')};
    import { connect } from ${sdk('host.js')};
    ${imported.map(([name, from]) => `import * as ${name} from 'stammgast:${from}@${CONTRACT}';`).join('\n')}
    import { ${names} } from './${source}';
    connect({ ${imported.map(([name]) => name).join(', ')} });
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
 * Interfaces that these worlds import, each after the name that the SDK knows it by. A component cannot be made of a bundle
 * that imports others.
 * @param {string[]} worlds
 */
function importedBy(worlds) {
  const kinds = [...new Set(worlds.map((world) => world.split('/', 1)[0]))];
  const offered = [...OFFERED, ...kinds.flatMap((kind) => OFFERED_TO[kind] ?? [])];
  return [...offered.map((name) => [name, `host/${name}`]), ...kinds.map((kind) => [kind, `${kind}/effects`])];
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
  const world = Object.values(WORLDS).find(({ exports }) => exports.includes(lacking ?? ''));
  if (world !== undefined && location?.file === ENTRY) {
    return `${source} exports no \`${lacking}\`, which the ${world.asked} of manifest.json needs: ${world.written}`;
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
