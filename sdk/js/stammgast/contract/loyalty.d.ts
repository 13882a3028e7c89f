// Records of loyalty, and what loyalty plugins say to customers.

import type { CalendarDate, Points, Timestamp } from '../contract.d.ts';

/** A day that matters to a customer or to the customer's points. */
export interface Occasion {
  /**
   * What it is: `birthday`, `anniversary`, `points-expiring`, `tier-review`, `membership-ending` or `reminder`. There will
   * be more: pass over what is not known.
   */
  kind: string;
  /**
   * The day: of the birthday, of the anniversary, of the reminder; the last day of the points, of the tier, of the
   * membership.
   */
  day: CalendarDate;
  /** Years that the customer completes on a birthday, where the year of birth is known, or on an anniversary. */
  years?: number;
  /** The program, of `points-expiring` and `tier-review`. */
  program?: string;
  /** How many points, of `points-expiring`. */
  points?: Points;
  /** The tier, the membership's plan, or the reminder's name. */
  name?: string;
}

/** Something that a customer did, and that is no purchase. */
export interface Activity {
  /** Id of the activity. */
  id: string;
  /**
   * What it is: a code such as `survey-answered`. `referral-made`, `referral-accepted`, `membership-started`,
   * `membership-renewed` and `membership-ended` are the host's own.
   */
  kind: string;
  /** The system that told of it, such as `app`; `stammgast` where it is the host's own. */
  source: string;
  /** Details as the source gave them. `Object.fromEntries` makes an object of them. */
  details: [name: string, text: string][];
  /** When it happened. */
  occurredAt: Timestamp;
}

/** Points that moved. */
export interface PointsChange {
  /** The program. */
  program: string;
  /** What happened: `earned`, `activated`, `expired`, `redeemed`, `taken-back` and others. There will be more. */
  movement: string;
  /** How many points came to those that can be spent, or that qualify; below zero where they left. */
  available: Points;
  /** How many came to those that do not count yet; below zero where they left. */
  pending: Points;
}

/** Where a customer stands in a program that has tiers. */
export interface Tier {
  /** The tier's code; absent where the customer has none. */
  code?: string;
  /** Since when; absent where the customer never had one. */
  since?: Timestamp;
  /** The last day on which it holds without being earned again; absent where it holds for good. */
  lastDay?: CalendarDate;
  /**
   * Whether that day has passed: the tier is lost at the end of the program's grace, unless it is earned again.
   */
  inReview: boolean;
}

/**
 * What a message is for: the customer needs it (`service`: about an order, a contract, an answer), it cares for the
 * relationship (`relationship`: congratulations, thanks, news of the program), or it sells (`selling`).
 */
export type ContactPurpose = 'service' | 'relationship' | 'selling';

/** A message to the event's customer. */
export interface ContactMessage {
  /** What it is for. */
  purpose: ContactPurpose;
  /** What it is about: a code such as `birthday`. The same topic is said once a day at most. */
  topic: string;
  /** A line that says what it is; 1 to 300 characters. */
  title: string;
  /** What is said; 1 to 10,000 characters. */
  text: string;
  /**
   * A voucher that goes with it: the code of one of the tenant's offers. Where the message may not be said, none is
   * issued.
   */
  offer?: string;
  /** The last day on which it makes sense; absent where it always does. */
  lastDay?: CalendarDate;
}
