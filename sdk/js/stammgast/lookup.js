// Read-only facts about the event's customer: lists as of the event, all else as of the call.

import { signed, text } from './check.js';
import { host } from './host.js';

/** The most that the host gives at once. */
const LARGEST_PAGE = 100;

/** Facts. Each record type and each further field needs a grant of its own; a field without its grant is absent. */
export const lookup = {
  /**
   * The event's customer; `undefined` where the event has none. Needs the grant `lookup.customer`; name and language
   * need `lookup.customer.name` and `lookup.customer.language`.
   * @returns {import('./contract.d.ts').Customer | undefined}
   */
  customer: () => host('lookup').getCustomer(),

  /**
   * The customer's available points in a program; 0 where there are none. Needs the grant `lookup.points`.
   * @param {string} program
   * @returns {bigint}
   */
  points: (program) => signed(host('lookup').getPoints(text(program, 'lookup.points: program'))),

  /**
   * The customer's tier in a program. Needs the grant `lookup.tier`.
   * @param {string} program
   * @returns {import('./contract.d.ts').Tier}
   */
  tier: (program) => host('lookup').getTier(text(program, 'lookup.tier: program')),

  /**
   * The customer's purchases, newest first, the event's own among them. Needs the grant `lookup.purchases`; lines need
   * `lookup.purchases.lines` and are empty without it.
   * @param {import('./contract.d.ts').Paging} [paging]
   * @returns {Generator<import('./contract.d.ts').Purchase, void, undefined>}
   */
  purchases: (paging) => pages(paging, 'lookup.purchases', (before, limit) => {
    const page = host('lookup').listPurchases(before, limit);
    return { records: page.purchases, next: page.next };
  }),

  /**
   * The customer's contacts, newest first, the event's own among them. Needs the grant `lookup.interactions`; what was
   * said needs `lookup.interactions.text`.
   * @param {import('./contract.d.ts').Paging} [paging]
   * @returns {Generator<import('./contract.d.ts').PastInteraction, void, undefined>}
   */
  interactions: (paging) => pages(paging, 'lookup.interactions', (before, limit) => {
    const page = host('lookup').listInteractions(before, limit);
    return { records: page.interactions, next: page.next };
  }),
};

/**
 * Records, asked for page by page as they are needed: stop early, and the rest is never read.
 * @template T
 * @param {import('./contract.d.ts').Paging | undefined} paging
 * @param {string} what
 * @param {(before: string | undefined, limit: number) => { records: T[], next: string | undefined }} fetch
 * @returns {Generator<T, void, undefined>}
 */
function pages(paging, what, fetch) {
  const limit = paging?.pageSize ?? LARGEST_PAGE;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) {
    throw new RangeError(`${what}: pageSize must be a whole number from 1 to ${LARGEST_PAGE}, but it is ${limit}`);
  }
  return (function* () {
    /** @type {string | undefined} */
    let before;
    do {
      const { records, next } = fetch(before, limit);
      yield* records;
      before = next;
    } while (before !== undefined);
  })();
}
