// Records of channels and of what they send.

import type { Direction, Integer, Timestamp } from '../contract.d.ts';

/** What sort of address somebody has. */
export type AddressKind = 'email' | 'phone' | 'handle' | 'chat';

/** Somebody who takes part in a conversation. */
export interface Party {
  /** Display name. */
  name?: string;
  /** What sort of address it is. */
  kind: AddressKind;
  /** The address. The host brings it into normal form. */
  address: string;
}

/** Raw bytes as the channel delivered them. */
export interface RawMessage {
  /** The bytes. `decodeText` makes text of them. */
  body: Uint8Array;
  /** Media type that the deliverer named, such as `message/rfc822`. */
  mediaType: string;
  /** When the host received them. */
  receivedAt: Timestamp;
}

/** A message that was read from raw bytes. */
export interface ReceivedMessage {
  /** The message's name in its channel, at most 1,000 characters. The same name twice is one contact. */
  externalId?: string;
  /** Which way it went; `inbound` unless told else. */
  direction?: Direction;
  /** The customer's side; absent where the bytes name nobody. Then the contact waits for a person. */
  party?: Party;
  /** Subject line, at most 2,000 characters. */
  subject?: string;
  /** Plain text, quoted lines included; at most 200,000 characters. */
  text: string;
  /** Attachments, at most 100; names of at most 300 characters. */
  attachments?: { name: string; mediaType: string; size: Integer }[];
  /** The message's own id, at most 1,000 characters. */
  messageId?: string;
  /** Ids of the messages it answers, at most 100 of at most 1,000 characters. */
  inReplyTo?: string[];
  /** Ids of its whole ancestry, oldest first, at most 100 of at most 1,000 characters. */
  references?: string[];
  /** Who handled it, for messages that went out; at most 200 characters. */
  agent?: string;
  /** When it was sent, as the message says. */
  sentAt?: Integer;
}

/** A message that shall be sent. */
export interface OutgoingMessage {
  /** Id of the interaction that it becomes. */
  id: string;
  /** The customer's side. */
  to: Party;
  /** Who writes, by name. */
  agent?: string;
  /** Subject line. */
  subject?: string;
  /** Plain text. */
  text: string;
  /** The id that the message shall carry, without angle brackets. */
  messageId: string;
  /** Ids of the messages it answers. */
  inReplyTo: string[];
  /** Ids of its whole ancestry, oldest first. */
  references: string[];
  /** When it is sent. The plugin's clock shows this time, too. */
  sentAt: Timestamp;
}

/** How a secret is written where the host puts it. */
export type SecretEncoding = 'plain' | 'percent' | 'json' | 'base64';

/** A piece of a request: text as it is, or a secret of the manifest by its name. */
export type Piece =
  | { tag: 'text'; val: string }
  | { tag: 'secret'; val: { name: string; encoding: SecretEncoding } };

/** How a request is sent. */
export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a request carries. */
export type HttpBody = { tag: 'empty' } | { tag: 'bytes'; val: Uint8Array } | { tag: 'pieces'; val: Piece[] };

/** Who a request says it comes from. `bearer` and `basic` make it. */
export type Authorization =
  | { tag: 'bearer'; val: string }
  | { tag: 'basic'; val: { user: Piece; password: string } };

/** How a signature is made. */
export type SignatureScheme = 'hmac-sha256' | 'ed25519';

/** A part of what is signed, or of the header that carries the signature. */
export type SignaturePart =
  | { tag: 'text'; val: string }
  | { tag: 'body' | 'path' | 'timestamp' | 'hex' | 'base64' };

/** A signature that the host makes over a request. `hmacSha256` and `ed25519` make it. */
export interface Signature {
  scheme: SignatureScheme;
  secret: string;
  over: SignaturePart[];
  header: string;
  value: SignaturePart[];
}

/** A request over HTTP. `http.get` and its sisters make it. */
export interface HttpRequest {
  method: HttpMethod;
  origin: string;
  path: Piece[];
  headers: { name: string; value: Piece[] }[];
  body: HttpBody;
  authorization?: Authorization;
  signature?: Signature;
}

/** A message for the tenant's mail server. `mail` makes it. */
export interface MailRequest {
  mailFrom: string;
  recipients: string[];
  message: Uint8Array;
}

/** A request that the host shall perform. Over HTTP it needs the grant `channel.send-http`. */
export type SendRequest = { tag: 'mail'; val: MailRequest } | { tag: 'http'; val: HttpRequest };

/** What came back. Wherever a secret of the installation stood in it, `[secret]` stands instead. */
export interface HttpResponse {
  /** Status code. */
  status: number;
  /** Header names in lower case, and their values. `header` finds one. */
  headers: [name: string, value: string][];
  /** The body's bytes. `decodeText` and `decodeJson` read them. */
  body: Uint8Array;
}

/** What became of a message. `sent`, `later`, `rejected` and `outcomeByStatus` make it. */
export type SendOutcome =
  | { tag: 'sent'; val: string | undefined }
  | { tag: 'later'; val: { reason: string; afterMs: bigint | undefined } }
  | { tag: 'rejected'; val: string };
