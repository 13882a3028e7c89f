// The written types fit what the code is: a difference is an error of `npm run types`.

import type * as declared from '../stammgast/index.js';
import * as bytes from '../stammgast/bytes.js';
import { contacts } from '../stammgast/contacts.js';
import * as define from '../stammgast/define.js';
import * as effects from '../stammgast/effects.js';
import * as errors from '../stammgast/errors.js';
import { log } from '../stammgast/log.js';
import { lookup } from '../stammgast/lookup.js';
import * as pieces from '../stammgast/pieces.js';
import { reminders } from '../stammgast/reminders.js';
import * as request from '../stammgast/request.js';
import * as response from '../stammgast/response.js';
import { state } from '../stammgast/state.js';
import type * as declaredTesting from '../stammgast/testing.js';
import { Fault } from '../stammgast/testing/fault.js';
import { Host } from '../stammgast/testing/host.js';
import * as samples from '../stammgast/testing/samples.js';

const { decodeJson, decodeText, encodeText } = bytes;
const {
  defineActivities, defineChannel, defineFeedback, defineLoyalty, defineOccasions, definePoints, defineQuality,
} = define;
const {
  earn, earnDecimal, endEligibility, issueVoucher, makeEligible, openItem, proposeNoTier, proposeTier, raiseFinding,
  receiveMessage,
} = effects;
const { InvalidConfig, Malformed, PluginError, Unsupported, UnsupportedEvent } = errors;
const { percent, secret } = pieces;
const { basic, bearer, body, ed25519, hmacSha256, http, mail, part } = request;
const { header, later, outcomeByStatus, rejected, sent } = response;

export const sdk: typeof declared = {
  InvalidConfig, Malformed, PluginError, Unsupported, UnsupportedEvent, basic, bearer, body, contacts, decodeJson,
  decodeText, defineActivities, defineChannel, defineFeedback, defineLoyalty, defineOccasions, definePoints, defineQuality,
  earn, earnDecimal, ed25519, encodeText, endEligibility, header, hmacSha256, http, issueVoucher, later, log, lookup,
  mail, makeEligible, openItem, outcomeByStatus, part, percent, pieces: pieces.pieces, proposeNoTier, proposeTier,
  raiseFinding, receiveMessage, rejected, reminders, secret, sent, state,
};

export const testing: typeof declaredTesting = { Fault, Host, ...samples };
