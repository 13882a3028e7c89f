// The clock stands still at the event's time, so that a call can be repeated exactly.

/** Milliseconds since 1970, while a call runs. */
let now = 0;

const RealDate = Date;
/** @type {DateConstructor} */
const StandingDate = new Proxy(RealDate, {
  construct: (target, values, made) =>
    Reflect.construct(target, values.length === 0 ? [now] : values, made === StandingDate ? target : made),
  apply: () => new RealDate(now).toString(),
  get: (target, key) => (key === 'now' ? () => now : Reflect.get(target, key)),
});

/**
 * Runs something with a clock that shows one time only.
 * @template T
 * @param {bigint} at milliseconds since 1970-01-01T00:00:00Z
 * @param {() => T} act
 * @returns {T}
 */
export function withClockAt(at, act) {
  const before = { date: globalThis.Date, now };
  now = Number(at);
  globalThis.Date = StandingDate;
  try {
    return act();
  } finally {
    globalThis.Date = before.date;
    now = before.now;
  }
}
