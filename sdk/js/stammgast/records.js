// Checks of records that several effects take.

import { int64, record, text } from './check.js';

/**
 * Why an effect is asked for.
 * @param {unknown} value
 * @param {string} effect how the effect is called in an error
 */
export function reason(value, effect) {
  const given = record(value, `${effect}: reason`);
  return { code: text(given.code, `${effect}: reason.code`), text: text(given.text, `${effect}: reason.text`) };
}

/**
 * A day that the calendar has.
 * @param {unknown} value
 * @param {string} what how the value is called in an error
 */
export function date(value, what) {
  const given = record(value, what);
  const [year, month, day] = ['year', 'month', 'day'].map((name) => Number(int64(given[name], `${what}.${name}`)));
  const exists = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!exists) throw new RangeError(`${what} is ${year}-${month}-${day}, which is no day of the calendar`);
  return { year, month, day };
}

/**
 * How many days a month has. The calendar repeats every 400 years, and `Date.UTC` takes years below 100 for others.
 * @param {number} year
 * @param {number} month from 1
 */
const daysIn = (year, month) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
