// Records of the contract with the host, version 0.2.1, as JavaScript sees them. 64-bit integers are BigInt.

export type * from './contract/channel.d.ts';
export type * from './contract/loyalty.d.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. `new Date(Number(timestamp))` makes a date of it. */
export type Timestamp = bigint;
/** A number of loyalty points. */
export type Points = bigint;
/** A 64-bit integer that a plugin hands over: a BigInt, or a number that is whole and exact (below 2^53). */
export type Integer = bigint | number;

/** A day of the calendar (ISO 8601), in the tenant's time zone. */
export interface CalendarDate {
  /** The year, such as 2026. */
  year: number;
  /** The month, from 1. */
  month: number;
  /** The day of the month, from 1. */
  day: number;
}

/** An amount of money. */
export interface Money {
  /** Minor units, such as cents. */
  minor: bigint;
  /** ISO 4217 code, such as `EUR`. */
  currency: string;
  /** Digits after the decimal sign that this currency has: 2 for EUR, 0 for JPY. */
  minorDigits: number;
}

/** What every call is told about the event it is called for. */
export interface EventContext {
  /** Place of the event in the tenant's log, from 1. */
  seq: bigint;
  /** Sort of event, such as `purchase.recorded`. */
  eventType: string;
  /** When it happened in the world. The plugin's clock shows this time, too. */
  occurredAt: Timestamp;
  /** When it was recorded. */
  recordedAt: Timestamp;
  /** The customer it is about; absent where nobody knows yet. */
  customer?: string;
}

/** Why an effect is asked for. People read the text beside the result. */
export interface Reason {
  /** A code for machines: lower-case letters, digits, `-`, `_`, `.`; 1 to 64 characters. */
  code: string;
  /** A sentence for people; 1 to 1,000 characters. */
  text: string;
}

/** Where in a record something shows. */
export interface Evidence {
  /** The field, a code such as `subject` or `text`. */
  field: string;
  /** The words that show it, at most 500 characters; empty where something is missing. */
  quote: string;
}

/** Which way a contact went: from the customer to the company (`inbound`) or the other way. */
export type Direction = 'inbound' | 'outbound';

/** One line of a purchase. */
export interface PurchaseLine {
  /** The product's code in the shop. */
  product: string;
  /** The product's category. */
  category?: string;
  /** How many pieces. */
  quantity: number;
  /** Minor units of the whole line, in the purchase's currency. */
  amountMinor: bigint;
}

/** One purchase. */
export interface Purchase {
  /** Id of the purchase. */
  id: string;
  /** The system that told of it, such as `webshop`. */
  source: string;
  /** What was paid in all. */
  amount: Money;
  /** What was bought; empty where the source does not tell. */
  lines: PurchaseLine[];
  /** When it was bought. */
  occurredAt: Timestamp;
}

/** An attachment, by description. */
export interface Attachment {
  /** File name as the sender gave it; may be empty. */
  name: string;
  /** Media type, such as `image/png`. */
  mediaType: string;
  /** Size in bytes after decoding. */
  size: bigint;
}

/** One contact with a customer, as checks and routing rules see it. */
export interface Interaction {
  /** Id of the interaction. */
  id: string;
  /** The channel, such as `email` or `phone`. */
  channel: string;
  /** Which way it went. */
  direction: Direction;
  /** Subject line. */
  subject?: string;
  /** What was said, in full, as plain text. */
  text: string;
  /** Attachments. */
  attachments: Attachment[];
  /** The customer's side as the channel named it: an address. */
  party?: string;
  /** Who handled the contact. */
  agent?: string;
  /** What it was about, as an agent documented it: a code such as `delivery`. */
  topic?: string;
  /** How it ended, as an agent documented it. */
  outcome?: string;
  /** When it happened. */
  occurredAt: Timestamp;
}

/** A customer as the host knows it. */
export interface Customer {
  /** Id of the customer. */
  id: string;
  /** `person` or `organisation`. */
  kind: string;
  /** `prospect`, `active` or `former`. */
  status: string;
  /** The name to show. Needs the grant `lookup.customer.name`. */
  name?: string;
  /** Preferred language, a BCP 47 tag. Needs the grant `lookup.customer.language`. */
  language?: string;
}

/** A contact of the past. */
export interface PastInteraction {
  /** Id of the interaction. */
  id: string;
  /** The channel, such as `email` or `phone`. */
  channel: string;
  /** Which way it went. */
  direction: Direction;
  /** What it was about, as an agent documented it: a code such as `delivery`. */
  topic?: string;
  /** How it ended, as an agent documented it. */
  outcome?: string;
  /** Subject line. Needs the grant `lookup.interactions.text`. */
  subject?: string;
  /** What was said. Needs the grant `lookup.interactions.text`. */
  text?: string;
  /** When it happened. */
  occurredAt: Timestamp;
}

/** How records of the past are asked for. */
export interface Paging {
  /** How many are asked for at once: 1 to 100, and 100 unless told else. To look at the newest three, ask for three. */
  pageSize?: number;
}

/** How much a finding matters: worth knowing; should, must, must at once be put right. */
export type Severity = 'info' | 'minor' | 'major' | 'critical';

/** What sort of feedback it is. */
export type FeedbackKind = 'complaint' | 'praise' | 'suggestion' | 'question';

/** One piece of feedback for one department. */
export interface Item {
  /** The department's code. It must exist in the tenant. */
  department: string;
  /** What sort of feedback. */
  kind: FeedbackKind;
  /** What it is about: a code such as `delivery`. */
  topic: string;
  /** A line that says what it is; 1 to 300 characters. */
  title: string;
  /** Why it is sent there. */
  reason: Reason;
  /** The words that led there. */
  evidence?: Evidence;
}
