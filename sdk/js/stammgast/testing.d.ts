// Types of everything that a test imports from `stammgast/testing.js`.

import type {
  Activity, ActivityRules, Attachment, CalendarDate, ContactMessage, Direction, EventContext, Evidence, FeedbackKind,
  HttpResponse, Inbound, Integer, Interaction, InteractionChecks, InteractionRoutes, Occasion, OccasionRules, Outbound,
  OutgoingMessage, Party, PastInteraction, PointsChange, PointsRules, Purchase, PurchaseLine, PurchaseRules, RawMessage,
  Reason, SendOutcome, SendRequest, Severity, Tier,
} from './index.d.ts';

/** What a call asked for: one effect. Fields that say nothing are absent, lists are there. */
export type Effect =
  | { effect: 'earn'; program: string; points: bigint; reason: Reason }
  | { effect: 'earn-decimal'; program: string; points: string; reason: Reason }
  | { effect: 'propose-tier'; program: string; tier: string; reason: Reason }
  | { effect: 'propose-no-tier'; program: string; reason: Reason }
  | { effect: 'issue-voucher'; offer: string; reason: Reason }
  | { effect: 'make-eligible'; reward: string; lastDay?: CalendarDate; reason: Reason }
  | { effect: 'end-eligibility'; reward: string; reason: Reason }
  | { effect: 'set-reminder'; name: string; day: CalendarDate }
  | { effect: 'cancel-reminder'; name: string }
  | { effect: 'propose-contact'; message: ContactMessage; reason: Reason }
  | { effect: 'raise-finding'; severity: Severity; reason: Reason; evidence?: Evidence }
  | {
    effect: 'open-item'; department: string; kind: FeedbackKind; topic: string; title: string; reason: Reason;
    evidence?: Evidence;
  }
  | {
    effect: 'receive-message'; externalId?: string; direction: Direction; party?: Party; subject?: string; text: string;
    attachments: Attachment[]; messageId?: string; inReplyTo: string[]; references: string[]; agent?: string;
    sentAt?: bigint;
  };

/** A line for the host's log. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
}

/** A change of state. Without a value, the key is deleted. */
export interface StateChange {
  scope: 'customer' | 'shared';
  key: string;
  value: Uint8Array | undefined;
}

/** Everything that a call asked for. */
export interface Recorded {
  /** In the order in which they were asked for. */
  effects: Effect[];
  log: LogLine[];
  /** The last change of each key. */
  state: StateChange[];
}

/** What a plugin finds. */
export interface HostOptions {
  /** The configuration; a text is taken as the JSON itself. */
  config?: unknown;
  /** The plugin's manifest: then only the kinds, capabilities, origins and secrets in it may be used. */
  manifest?: {
    kinds?: string[]; capabilities?: { name: string }[]; hosts?: { origin: string }[]; secrets?: { name: string }[];
  };
  /** The event's customer; `null` where nobody knows. Unless told else, an active person with the id `a-customer`. */
  customer?: { id?: string; kind?: string; status?: string; name?: string; language?: string } | null;
  /** The customer's points by program. */
  points?: Record<string, Integer>;
  /** The customer's tier by program. What is left out is absent, and a tier is not in review. */
  tiers?: Record<string, Fields<Tier>>;
  /** The customer's purchases. The real host counts the event's own among them. */
  purchases?: readonly Purchase[];
  /** The customer's contacts. The real host counts the event's own among them. */
  interactions?: readonly PastInteraction[];
  /** State before the first call, by key. Bytes stay bytes, everything else becomes JSON. */
  state?: { customer?: Record<string, unknown>; shared?: Record<string, unknown> };
}

/**
 * A host that a test sets up. A call returns what the plugin asked for. What the plugin throws is thrown on; where the
 * real host would end the call, a `Fault` is thrown. State lasts from one call to the next, where a call ended well.
 */
export class Host {
  constructor(options?: HostOptions);
  /** Lines that the last call logged, whether it ended well or not. */
  readonly log: LogLine[];
  /** Calls a loyalty plugin with a purchase. */
  onPurchase(rules: PurchaseRules, purchase: Purchase, event?: EventFields): Recorded;
  /** Calls a loyalty plugin with an occasion. */
  onOccasion(rules: OccasionRules, occasion: Occasion, event?: EventFields): Recorded;
  /** Calls a loyalty plugin with an activity. */
  onActivity(rules: ActivityRules, activity: Activity, event?: EventFields): Recorded;
  /** Calls a loyalty plugin with points that moved. */
  onPoints(rules: PointsRules, change: PointsChange, event?: EventFields): Recorded;
  /** Calls a quality plugin. */
  checkInteraction(checks: InteractionChecks, interaction: Interaction, event?: EventFields): Recorded;
  /** Calls a feedback plugin. */
  routeInteraction(routes: InteractionRoutes, interaction: Interaction, event?: EventFields): Recorded;
  /** Hands a channel what was delivered. */
  readMessage(inbound: Inbound, raw: RawMessage, event?: EventFields): Recorded;
  /** Lets a channel build the request that sends a message. */
  buildSend(outbound: Outbound, message: OutgoingMessage): SendRequest;
  /** Asks a channel what a response over HTTP means. */
  readResponse(outbound: Outbound, message: OutgoingMessage, response: HttpResponse): SendOutcome;
  /** A value of state that was set as JSON; `undefined` where there is none. */
  state(scope: 'customer' | 'shared', key: string): any;
  /** A value of state; `undefined` where there is none. */
  stateBytes(scope: 'customer' | 'shared', key: string): Uint8Array | undefined;
}

/** The real host would have ended the call: nothing that it asked for happens. */
export class Fault extends Error {
  constructor(message: string);
}

/** Fields of a sample, 64-bit integers as numbers where that is easier to write. */
type Fields<T> = { [K in keyof T]?: T[K] extends bigint | undefined ? Integer : T[K] };
type LineFields = Fields<PurchaseLine>;
/** Fields of an event. */
export type EventFields = Fields<EventContext>;

/** The event of a call: number 1, at the beginning of 2026, about `a-customer`. */
export function event(fields?: EventFields): EventContext;
/** A purchase of nothing in euros, without lines: give `minor`, `currency`, `minorDigits`, `lines`. */
export function purchase(fields?: Omit<Fields<Purchase>, 'amount' | 'lines'> & {
  minor?: Integer; currency?: string; minorDigits?: number; lines?: readonly LineFields[];
}): Purchase;
/** A line of a purchase: one piece, without category. */
export function line(fields?: LineFields): PurchaseLine;
/** A birthday on New Year's Day of 2026: give `kind`, `day` and what the kind has. */
export function occasion(fields?: Fields<Occasion>): Occasion;
/** A survey that the customer answered in the app: give `kind` and `details`. */
export function activity(fields?: Omit<Fields<Activity>, 'details'> & {
  details?: Record<string, string> | Activity['details'];
}): Activity;
/** Points of the program `points` that were earned: give `movement`, `available` and `pending`. */
export function pointsChange(fields?: Fields<PointsChange>): PointsChange;
/** An e-mail of the customer: give `subject` and `text`. */
export function interaction(fields?: Omit<Fields<Interaction>, 'attachments'> & {
  attachments?: readonly Fields<Attachment>[];
}): Interaction;
/** An e-mail of the customer that plugins can look up. */
export function pastInteraction(fields?: Fields<PastInteraction>): PastInteraction;
/** What a channel delivered. */
export function rawMessage(body: string | Uint8Array, fields?: Omit<Fields<RawMessage>, 'body'>): RawMessage;
/** A message to `ada@example.com` that shall be sent: give `text`. */
export function outgoingMessage(fields?: Omit<Fields<OutgoingMessage>, 'to'> & { to?: Party }): OutgoingMessage;
/** What came back over HTTP. */
export function response(status: number, body?: string | Uint8Array, headers?: Record<string, string>): HttpResponse;
