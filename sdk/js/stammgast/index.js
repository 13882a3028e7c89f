// Write Stammgast plugins in JavaScript: everything that a plugin imports.

export { decodeJson, decodeText, encodeText } from './bytes.js';
export { contacts } from './contacts.js';
export {
  defineActivities, defineChannel, defineFeedback, defineLoyalty, defineOccasions, definePoints, defineQuality,
} from './define.js';
export {
  earn, earnDecimal, endEligibility, issueVoucher, makeEligible, openItem, proposeNoTier, proposeTier, raiseFinding,
  receiveMessage,
} from './effects.js';
export { InvalidConfig, Malformed, PluginError, Unsupported, UnsupportedEvent } from './errors.js';
export { log } from './log.js';
export { lookup } from './lookup.js';
export { percent, pieces, secret } from './pieces.js';
export { reminders } from './reminders.js';
export { basic, bearer, body, ed25519, hmacSha256, http, mail, part } from './request.js';
export { header, later, outcomeByStatus, rejected, sent } from './response.js';
export { state } from './state.js';
