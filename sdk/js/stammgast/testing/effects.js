// What plugins of each kind may ask for, beside changes of state.

/** @typedef {Record<string, (...given: any[]) => void>} Functions */

/**
 * The interfaces of the contract that take effects, by kind and by their own names.
 * @param {(capability: string, effect: any) => void} ask takes an effect that needs a capability
 * @returns {Record<string, Record<string, Functions>>}
 */
export const effects = (ask) => ({
  loyalty: {
    loyalty: {
      earn: (program, points, reason) => ask('loyalty.earn', { effect: 'earn', program, points, reason }),
      earnDecimal: (program, points, reason) => ask('loyalty.earn', { effect: 'earn-decimal', program, points, reason }),
      proposeTier: (program, tier, reason) =>
        ask('loyalty.propose-tier', { effect: 'propose-tier', program, tier, reason }),
      proposeNoTier: (program, reason) => ask('loyalty.propose-tier', { effect: 'propose-no-tier', program, reason }),
      issueVoucher: (offer, reason) => ask('loyalty.issue-voucher', { effect: 'issue-voucher', offer, reason }),
      makeEligible: (reward, lastDay, reason) =>
        ask('loyalty.make-eligible', { effect: 'make-eligible', reward, lastDay, reason }),
      endEligibility: (reward, reason) => ask('loyalty.make-eligible', { effect: 'end-eligibility', reward, reason }),
    },
    reminders: {
      set: (name, day) => ask('reminders', { effect: 'set-reminder', name, day }),
      cancel: (name) => ask('reminders', { effect: 'cancel-reminder', name }),
    },
    contacts: {
      propose: (message, reason) => ask('contacts.propose', { effect: 'propose-contact', message, reason }),
    },
  },
  quality: {
    quality: {
      raiseFinding: (severity, reason, evidence) =>
        ask('quality.raise-finding', { effect: 'raise-finding', severity, reason, evidence }),
    },
  },
  channel: {
    channel: {
      receiveMessage: (message) => ask('channel.receive-message', { effect: 'receive-message', ...message }),
    },
  },
  feedback: {
    feedback: {
      openItem: (item) => ask('feedback.open-item', { effect: 'open-item', ...item }),
    },
  },
});
