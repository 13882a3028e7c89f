// What the host checks of a request before it performs it.

import { Fault } from './fault.js';

/**
 * Ends the call where the host would refuse a request, or where it needs what the manifest does not ask for.
 * @param {any} request
 * @param {any} manifest
 */
export function checkRequest(request, manifest) {
  if (request.tag !== 'http') return;
  const { origin, path, headers, body, authorization, signature } = request.val;
  if (!/^https?:\/\/[^/?#@\s]+$/.test(origin)) {
    throw new Fault(`\`${origin}\` is no origin; write scheme, host and port, such as https://api.example.com`);
  }
  if (path[0]?.tag !== 'text' || !path[0].val.startsWith('/')) throw new Fault('the path of a request begins with `/`');
  if (manifest === undefined) return;
  const named = (/** @type {any[]} */ list = []) => list.map(({ name, origin: at }) => name ?? at);
  if (!named(manifest.capabilities).includes('channel.send-http')) {
    throw new Fault('it used `channel.send-http`, which is not granted to it; ask for it in manifest.json');
  }
  const hosts = named(manifest.hosts);
  if (!hosts.includes('*') && !hosts.includes(origin)) {
    throw new Fault(`it sends to ${origin}, which is not granted to it; name the origin under \`hosts\` in manifest.json`);
  }
  const pieces = [...path, ...headers.flatMap((/** @type {any} */ header) => header.value)];
  if (body.tag === 'pieces') pieces.push(...body.val);
  if (authorization?.tag === 'basic') pieces.push(authorization.val.user);
  const used = pieces.filter(({ tag }) => tag === 'secret').map(({ val }) => val.name);
  if (authorization?.tag === 'bearer') used.push(authorization.val);
  if (authorization?.tag === 'basic') used.push(authorization.val.password);
  if (signature !== undefined) used.push(signature.secret);
  const unknown = used.find((name) => !named(manifest.secrets).includes(name));
  if (unknown !== undefined) {
    throw new Fault(`it uses the secret \`${unknown}\`, which manifest.json does not name; name it under \`secrets\``);
  }
}
