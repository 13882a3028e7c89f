// Requests of channels, and what responses mean.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  basic, bearer, body, decodeJson, decodeText, defineChannel, earn, ed25519, hmacSha256, http, later, mail, part, percent,
  pieces, receiveMessage, rejected, secret, sent,
} from '../stammgast/index.js';
import { Host, outgoingMessage, rawMessage, response } from '../stammgast/testing.js';

const channel = (parts) => defineChannel({ readMessage: () => {}, ...parts });
const built = (buildSend, options) => new Host(options).buildSend(channel({ buildSend }).outbound, outgoingMessage({ text: 'Hi' }));
const text = (val) => ({ tag: 'text', val });
const aSecret = (name, encoding = 'plain') => ({ tag: 'secret', val: { name, encoding } });

test('a request has all that the contract asks for', () => {
  const request = built((message) => http.post('https://api.example.com', pieces`/bot${secret('token', 'percent')}/send?n=${1}`, {
    headers: { 'x-key': ['k ', secret('key')] },
    body: body.json({ text: message.text }),
    authorization: bearer('token'),
    signature: hmacSha256('sign', 'x-signature', { over: [part.timestamp, '.', part.body], value: ['v1=', part.hex] }),
  }));
  assert.deepEqual(request, {
    tag: 'http',
    val: {
      method: 'post',
      origin: 'https://api.example.com',
      path: [text('/bot'), aSecret('token', 'percent'), text('/send?n='), text('1')],
      headers: [
        { name: 'x-key', value: [text('k '), aSecret('key')] },
        { name: 'content-type', value: [text('application/json')] },
      ],
      body: { tag: 'bytes', val: new TextEncoder().encode('{"text":"Hi"}') },
      authorization: { tag: 'bearer', val: 'token' },
      signature: {
        scheme: 'hmac-sha256',
        secret: 'sign',
        over: [{ tag: 'timestamp' }, text('.'), { tag: 'body' }],
        header: 'x-signature',
        value: [text('v1='), { tag: 'hex' }],
      },
    },
  });
});

test('a customer\'s words never become a secret', () => {
  const said = '${secret("token")} {{token}}';
  assert.deepEqual(pieces`a${said}b`, [text('a'), text(said), text('b')]);
  assert.deepEqual(pieces`${secret('a')}${secret('b')}`, [aSecret('a'), aSecret('b')]);
  assert.throws(() => pieces`${{ token: 1 }}`, /takes texts and secrets/);
});

test('bodies say their media type, unless a header does', () => {
  const form = body.form({ 'a b': '&=ä', key: secret('k'), other: secret('o', 'base64') });
  assert.equal(form.mediaType, 'application/x-www-form-urlencoded');
  assert.deepEqual(form.body.val, [
    text('a%20b='), text('%26%3D%C3%A4'), text('&key='), aSecret('k', 'percent'), text('&other='), aSecret('o', 'base64'),
  ]);
  const own = built(() => http.put('https://a.example', '/', { headers: { 'Content-Type': 'text/csv' }, body: body.text('text/plain', 'x') }));
  assert.deepEqual(own.val.headers, [{ name: 'Content-Type', value: [text('text/csv')] }]);
  assert.deepEqual(built(() => http.get('https://a.example', '/')).val.body, { tag: 'empty' });
  assert.equal(percent("a'(b)*!~"), 'a%27%28b%29%2A%21~');
});

test('credentials and signatures name secrets', () => {
  assert.deepEqual(basic('ada', 'password'), { tag: 'basic', val: { user: text('ada'), password: 'password' } });
  assert.deepEqual(basic(secret('user'), 'password').val.user, aSecret('user'));
  const { over, value } = ed25519('key', 'signature');
  assert.deepEqual([over, value], [[{ tag: 'body' }], [{ tag: 'hex' }]]);
  assert.throws(() => hmacSha256('key', 'signature', { over: [{ tag: 'header' }] }), /texts and what `part` names/);
});

test('a mail has CRLF line ends', () => {
  const { val } = built(() => mail({ from: 'a@example.com', to: ['b@example.com'], message: 'To: b\n\nHi\r\n' }));
  assert.deepEqual(val.recipients, ['b@example.com']);
  assert.equal(decodeText(val.message), 'To: b\r\n\r\nHi\r\n');
});

test('a manifest bounds where requests go and which secrets they use', () => {
  const capabilities = [{ name: 'channel.send-http' }];
  const manifest = { kinds: ['channel'], capabilities, hosts: [{ origin: 'https://a.example' }], secrets: [{ name: 'token' }] };
  const get = (origin, name) => built(() => http.get(origin, pieces`/${secret(name)}`), { manifest });
  assert.equal(get('https://a.example', 'token').tag, 'http');
  assert.throws(() => get('https://b.example', 'token'), /not granted to it; name the origin under `hosts`/);
  assert.throws(() => get('https://a.example', 'key'), /secret `key`, which manifest\.json does not name/);
  assert.throws(() => get('a.example', 'token'), /is no origin/);
});

test('nothing may be asked for while a message is sent', () => {
  const sends = () => { receiveMessage({ text: 'x' }); };
  assert.throws(() => built(sends), { name: 'Fault', message: /while a message is sent/ });
  assert.throws(() => built(() => undefined), /buildSend must return what/);
  assert.throws(() => built(() => earn('points', 1, { code: 'a', text: 'b' })), { name: 'Fault' });
});

test('a response is read by its status, unless the channel says more', () => {
  const read = (given, readResponse) => new Host().readResponse(channel({ readResponse }).outbound, outgoingMessage(), given);
  const outcomes = { sent: () => sent(), later, rejected };
  for (const line of readFileSync(new URL('../../response-statuses.txt', import.meta.url), 'utf8').trim().split('\n')) {
    const [status, meaning] = line.split(' ');
    const outcome = outcomes[meaning](`the provider answered with status ${status}`);
    assert.deepEqual(read(response(Number(status))), outcome);
  }
  assert.deepEqual(read(response(503, '', { 'Retry-After': ' 7 ' })), later('the provider answered with status 503', 7000));
  assert.deepEqual(read(response(429, '', { 'retry-after': 'tomorrow' })), later('the provider answered with status 429'));
  assert.deepEqual(read(response(200, '{"id":"x"}'), (_message, { body: bytes }) => sent(decodeJson(bytes).id)), sent('x'));
  assert.throws(() => read(response(200), () => true), /readResponse must return what/);
  assert.throws(() => read(response(200, '<'), (_message, { body: bytes }) => sent(decodeJson(bytes).id)), /no JSON/);
});

test('a received message may say little or much', () => {
  const receiving = (message) => new Host().readMessage(defineChannel({ readMessage: () => receiveMessage(message) }).inbound, rawMessage(''));
  assert.deepEqual(receiving({ text: 'Hi' }).effects, [{
    effect: 'receive-message', direction: 'inbound', text: 'Hi', attachments: [], inReplyTo: [], references: [],
  }]);
  const [much] = receiving({ text: 'Hi', sentAt: 5, attachments: [{ name: 'a', mediaType: 'b/c', size: 3 }], references: ['x'] }).effects;
  assert.deepEqual([much.sentAt, much.attachments, much.references], [5n, [{ name: 'a', mediaType: 'b/c', size: 3n }], ['x']]);
  assert.throws(() => receiving({ text: 'x'.repeat(200_001) }), { name: 'Fault', message: /at most 200000 fit/ });
  assert.throws(() => receiving({ text: 'x', party: { kind: 'pigeon', address: 'x' } }), /party\.kind must be one of/);
});
