// Types of everything that a plugin imports from `stammgast/index.js`.

import type {
  Authorization, CalendarDate, ContactMessage, Evidence, HttpBody, HttpResponse, Integer, Item, Paging, PastInteraction,
  Customer, Piece, Points, Purchase, Reason, ReceivedMessage, SecretEncoding, SendOutcome, SendRequest,
  Severity, Signature, SignaturePart, Tier,
} from './contract.d.ts';
import type {
  ActivityPlugin, ActivityRules, ChannelPlugin, FeedbackPlugin, Inbound, InteractionChecks, InteractionRoutes,
  LoyaltyPlugin, OccasionPlugin, OccasionRules, Outbound, PointsPlugin, PointsRules, PurchaseRules, QualityPlugin,
} from './plugins.d.ts';

export type * from './contract.d.ts';
export type * from './plugins.d.ts';

// ── What a plugin is ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Loyalty, about purchases: `export const purchaseRules = defineLoyalty({ onPurchase(event, purchase, config) { … } })`. */
export function defineLoyalty<Config = any>(plugin: LoyaltyPlugin<Config>): PurchaseRules;
/** Loyalty, about days: `export const occasionRules = defineOccasions({ onOccasion(event, occasion, config) { … } })`. */
export function defineOccasions<Config = any>(plugin: OccasionPlugin<Config>): OccasionRules;
/** Loyalty, about activities: `export const activityRules = defineActivities({ onActivity(event, activity, config) { … } })`. */
export function defineActivities<Config = any>(plugin: ActivityPlugin<Config>): ActivityRules;
/** Loyalty, about points: `export const pointsRules = definePoints({ onPoints(event, change, config) { … } })`. */
export function definePoints<Config = any>(plugin: PointsPlugin<Config>): PointsRules;
/** A quality plugin: `export const interactionChecks = defineQuality({ checkInteraction(event, contact, config) { … } })`. */
export function defineQuality<Config = any>(plugin: QualityPlugin<Config>): InteractionChecks;
/** A feedback plugin: `export const interactionRoutes = defineFeedback({ routeInteraction(event, contact, config) { … } })`. */
export function defineFeedback<Config = any>(plugin: FeedbackPlugin<Config>): InteractionRoutes;
/** A channel: `export const { inbound, outbound } = defineChannel({ readMessage(event, raw, config) { … } })`. */
export function defineChannel<Config = any>(plugin: ChannelPlugin<Config>): { inbound: Inbound; outbound: Outbound };

// ── What it may ask for. Nothing happens before the call has ended well ──────────────────────────────────────────────

/** The event's customer earns points: 1 to 1,000,000,000,000. Needs the grant `loyalty.earn`. */
export function earn(program: string, points: Integer, reason: Reason): void;
/**
 * The same with a number that need not be whole, such as `12.5`: digits, and after a point at most 9 more. The program's
 * policy rounds it; what is less than a point after that earns nothing. Needs the grant `loyalty.earn`.
 */
export function earnDecimal(program: string, points: string, reason: Reason): void;
/**
 * The event's customer should have this tier of a program. The program's policy decides: a higher tier holds at once, the
 * same tier holds longer (where points moved, only if some were earned), and a lower one holds when the tier's time
 * and its grace are over. With too few points for it by the policy, the next lower tier counts as proposed for which they
 * are enough, or none where they are enough for no tier. A program that has no tiers, or not this one, is a fault.
 * Needs the grant `loyalty.propose-tier`.
 */
export function proposeTier(program: string, tier: string, reason: Reason): void;
/**
 * The event's customer should have no tier of a program any more. The tier holds until its time and its grace are over,
 * and then none, or the next lower one where the policy goes down by steps. Said after the tier's time it changes
 * nothing. A program that has no tiers is a fault. Needs the grant `loyalty.propose-tier`.
 */
export function proposeNoTier(program: string, reason: Reason): void;
/** The event's customer gets a voucher of one of the tenant's offers. Needs the grant `loyalty.issue-voucher`. */
export function issueVoucher(offer: string, reason: Reason): void;
/**
 * The event's customer may claim a reward that is open to eligible customers: to the end of `lastDay` in the tenant's
 * time zone, or until `endEligibility`. `lastDay` is `undefined` or `null` where there is no end. One word holds for a
 * customer and a reward, whoever says it: the last one, by the time of the events. Needs the grant
 * `loyalty.make-eligible`.
 */
export function makeEligible(reward: string, lastDay: CalendarDate | null | undefined, reason: Reason): void;
/**
 * The event's customer may not claim that reward any more; what is claimed stays. Needs the grant
 * `loyalty.make-eligible`.
 */
export function endEligibility(reward: string, reason: Reason): void;
/**
 * Being called again later. Needs the grant `reminders`. A reminder comes as an occasion of the kind `reminder`, to the
 * installation that set it and to no other. For loyalty alone.
 */
export const reminders: {
  /**
   * Reminds of the event's customer on a day, once. `name` is a code that the occasion will bear; another reminder of the
   * customer by that name is replaced. A day that has passed is due at once.
   */
  set(name: string, day: CalendarDate): void;
  /** Takes a reminder back; nothing happens where there is none. */
  cancel(name: string): void;
};
/**
 * Saying something to customers. Needs the grant `contacts.propose`. The host decides whether it is said: it goes by
 * consent, by the tenant's limits for each purpose, and by hours of rest. For loyalty alone.
 */
export const contacts: {
  /** Proposes a message. */
  propose(message: ContactMessage, reason: Reason): void;
};
/** The checked contact deviates from a standard; the reason's code names it. Needs the grant `quality.raise-finding`. */
export function raiseFinding(severity: Severity, reason: Reason, evidence?: Evidence): void;
/** A department has to hear this. Needs the grant `feedback.open-item`. */
export function openItem(item: Item): void;
/** The raw bytes held this message. Needs the grant `channel.receive-message`. */
export function receiveMessage(message: ReceivedMessage): void;

// ── Answers that are errors: throw one ───────────────────────────────────────────────────────────────────────────────

/** The plugin cannot answer. The host shows the message and tries the event again later. */
export class PluginError extends Error {
  constructor(message: string, options?: ErrorOptions);
  /** What the host is given. */
  readonly payload: { tag: string; val: string };
}
/** The configuration cannot be used, although it fits `config_schema`. */
export class InvalidConfig extends PluginError {}
/** The event lacks something that the plugin needs. Not for channels. */
export class UnsupportedEvent extends PluginError {}
/** The bytes are no message of this channel: they stay stored, and the message is shown. For channels alone. */
export class Malformed extends PluginError {}
/** The channel cannot carry this message. For channels alone. */
export class Unsupported extends PluginError {}

// ── What the host offers ─────────────────────────────────────────────────────────────────────────────────────────────

/** Messages for whoever operates the server, a line each. Never log personal data: the host cannot erase it there. */
export const log: {
  /** For the author. */
  debug(message: string): void;
  /** For the record. */
  info(message: string): void;
  /** Somebody should look. */
  warn(message: string): void;
  /** Somebody must look. */
  error(message: string): void;
};

/**
 * State of one scope. A change is an effect: it happens when the call has ended well, and only if the value has not
 * changed since it was read; otherwise the host calls again. Keys have 1 to 200 characters, values at most 64 KiB unless
 * the operator allows more.
 */
export interface State {
  /** Reads a value that was set as JSON; `undefined` where there is none. Sees this call's own changes. */
  get(key: string): any;
  /** Sets a value, written as JSON. BigInt has no form in JSON: write it as text. */
  set(key: string, value: unknown): void;
  /** Reads a value's bytes; `undefined` where there is none. Sees this call's own changes. */
  getBytes(key: string): Uint8Array | undefined;
  /** Sets a value to bytes. */
  setBytes(key: string, value: Uint8Array): void;
  /** Deletes a value; nothing happens where there is none. */
  delete(key: string): void;
}

/** The installation's state. */
export const state: {
  /** State of the event's customer. Needs the grant `state.customer`. */
  readonly customer: State;
  /**
   * State of the whole installation. Needs the grant `state.shared`. Calls that change one shared key wait for one
   * another: prefer `customer`.
   */
  readonly shared: State;
};

/** Facts about the event's customer: lists as of the event, all else as of the call. A field without its grant is absent. */
export const lookup: {
  /** The event's customer; `undefined` where the event has none. Needs the grant `lookup.customer`. */
  customer(): Customer | undefined;
  /** The customer's available points in a program; 0 where there are none. Needs the grant `lookup.points`. */
  points(program: string): Points;
  /** The customer's tier in a program. Needs the grant `lookup.tier`. */
  tier(program: string): Tier;
  /** Purchases, newest first, page by page as they are needed: stop early, and the rest is never read. Needs `lookup.purchases`. */
  purchases(paging?: Paging): Generator<Purchase, void, undefined>;
  /** Contacts, newest first, page by page as they are needed. Needs the grant `lookup.interactions`. */
  interactions(paging?: Paging): Generator<PastInteraction, void, undefined>;
};

/** Bytes as text (UTF-8). What is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string;
/** Bytes as JSON. Throws a `PluginError` where they are none. */
export function decodeJson(bytes: Uint8Array): unknown;
/** A text as bytes (UTF-8). */
export function encodeText(text: string): Uint8Array;

// ── Requests of channels, which the host performs ────────────────────────────────────────────────────────────────────

/** What may stand where pieces are wanted: a text, a secret, or a list of them. */
export type PiecesLike = string | Piece | readonly (string | Piece)[];
/** What may stand in a signature: a text, or what `part` names. */
export type PartLike = string | SignaturePart;

/** What a request carries, with its media type. `body` makes it. */
export interface Body {
  mediaType: string;
  body: HttpBody;
}

/** What a request may have beside origin and path. */
export interface HttpOptions {
  /** Further headers. The host sets `host`, `content-length` and what belongs to the connection. */
  headers?: Record<string, PiecesLike>;
  /** What it carries. */
  body?: Body;
  /** Who it says it comes from: `bearer(…)` or `basic(…)`. */
  authorization?: Authorization;
  /** A signature over it: `hmacSha256(…)` or `ed25519(…)`. */
  signature?: Signature;
}

/** What is signed and what the header says, where that is not the body alone and the hexadecimal digits alone. */
export interface Signing {
  over?: readonly PartLike[];
  value?: readonly PartLike[];
}

/** A message for the tenant's mail server. */
export interface Mail {
  /** Envelope sender. */
  from: string;
  /** Envelope recipients. */
  to: readonly string[];
  /** The message (RFC 5322). Line ends of a text become CRLF. */
  message: string | Uint8Array;
}

/** A request over HTTP: origin such as `https://api.example.com`, then path and query, beginning with `/`. */
type Request = (origin: string, path: PiecesLike, options?: HttpOptions) => SendRequest;

/** Requests over HTTP. They need the grant `channel.send-http` and go to hosts that the admin granted. */
export const http: { get: Request; post: Request; put: Request; patch: Request; delete: Request };
/** What a request carries. A header `content-type` of the request's own counts more than the body's media type. */
export const body: {
  /** A value as JSON. For JSON with a secret in it, use `body.text`. */
  json(value: unknown): Body;
  /** The fields of a form, percent-encoded; secrets in it are, too. */
  form(fields: Record<string, PiecesLike>): Body;
  /** Text of a media type, put together from pieces. */
  text(mediaType: string, content: PiecesLike): Body;
  /** Bytes of a media type. */
  bytes(mediaType: string, content: Uint8Array): Body;
};
/** A secret of the manifest, by its name. The host puts it in at the last moment; no plugin ever sees it. */
export function secret(name: string, encoding?: SecretEncoding): Piece;
/** A text with secrets in it: pieces`/bot${secret('token', 'percent')}/send`. */
export function pieces(strings: TemplateStringsArray, ...values: (string | number | bigint | Piece)[]): Piece[];
/** A text percent-encoded (RFC 3986), as one segment of a path or one value of a query. */
export function percent(text: string): string;
/** `Authorization: Bearer <secret>` (RFC 6750), by the secret's name. */
export function bearer(name: string): Authorization;
/** `Authorization: Basic …` (RFC 7617): the user, and the name of the secret that is the password. */
export function basic(user: string | Piece, password: string): Authorization;
/** HMAC with SHA-256 (RFC 2104): the secret's name, and the header that carries the signature. */
export function hmacSha256(name: string, header: string, signing?: Signing): Signature;
/** Ed25519 (RFC 8032): the secret's name, and the header that carries the signature. */
export function ed25519(name: string, header: string, signing?: Signing): Signature;
/** Parts of what is signed (`body`, `path`, `timestamp`) and of the header (`timestamp`, `hex`, `base64`). */
export const part: Readonly<Record<'body' | 'path' | 'timestamp' | 'hex' | 'base64', SignaturePart>>;
/** A message for the tenant's mail server. */
export function mail(mail: Mail): SendRequest;

/** The provider took the message; the id that it gave the message. */
export function sent(id?: string): SendOutcome;
/** Not now: to be tried again; why, for people, and how many milliseconds to wait at least. */
export function later(reason: string, afterMs?: Integer): SendOutcome;
/** The provider will not take it; why, for people. */
export function rejected(reason: string): SendOutcome;
/** What the status alone says: 2xx is sent, 408, 425, 429 and 5xx are to be tried again, everything else is rejected. */
export function outcomeByStatus(response: HttpResponse): SendOutcome;
/** The first value of a response's header. */
export function header(response: HttpResponse, name: string): string | undefined;
