// Lets Node 20 run tests of a plugin in TypeScript: node --import ./stammgast/typescript.mjs --test
// (Node 22.18 and newer read TypeScript by themselves, where imports name the files as they are: `./rule.ts`.)

import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Node loads this file twice: for `--import`, and once more, on a thread of its own, for the hooks below.
if (isMainThread) register(import.meta.url);

/**
 * Finds `./rule.ts` where `./rule.js` is asked for, as the build does.
 * @param {string} specifier
 * @param {any} context
 * @param {(specifier: string, context: any) => Promise<any>} next
 */
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
    return next(specifier.replace(/js$/, 'ts'), context);
  }
}

/**
 * Makes JavaScript of TypeScript.
 * @param {string} url
 * @param {any} context
 * @param {(url: string, context: any) => Promise<any>} next
 */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('esbuild').catch(() => {
    throw new Error('esbuild is not installed; run `npm install` in the folder of the plugin.');
  });
  const { code } = await transform(await readFile(new URL(url), 'utf8'), { loader: 'ts', format: 'esm', sourcemap: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
