// Being called again later, through the grant `reminders`.

import { text } from './check.js';
import { host } from './host.js';
import { date } from './records.js';

/**
 * Reminders of the event's customer. A reminder comes as an occasion of the kind `reminder`, to the installation that set
 * it and to no other. Setting one and taking it back are effects.
 */
export const reminders = {
  /**
   * Reminds of the event's customer on a day, once. Another reminder of the customer by that name is replaced. A day that
   * has passed is due at once.
   * @param {string} name a code that the occasion will bear
   * @param {import('./contract.d.ts').CalendarDate} day
   */
  set(name, day) {
    host('reminders').set(text(name, 'reminders.set: name'), date(day, 'reminders.set: day'));
  },

  /**
   * Takes a reminder back; nothing happens where there is none.
   * @param {string} name
   */
  cancel(name) {
    host('reminders').cancel(text(name, 'reminders.cancel: name'));
  },
};
