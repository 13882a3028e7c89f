// A plugin of each kind and of each family of loyalty's events, in the form that the host calls.

import { CHANNEL_ERRORS, PLUGIN_ERRORS, settings, stammgastCall } from './call.js';
import { bytes, shown, signed } from './check.js';
import { Unsupported } from './errors.js';
import { outcomeByStatus } from './response.js';

/** @import { ActivityPlugin, ChannelPlugin, FeedbackPlugin, LoyaltyPlugin, OccasionPlugin, PointsPlugin, QualityPlugin } from './index.d.ts' */
/** @import { Activity, EventContext, HttpResponse, Interaction, Occasion, OutgoingMessage, PointsChange, Purchase, RawMessage, SendOutcome, SendRequest } from './contract.d.ts' */

/**
 * A loyalty plugin with rules about purchases. Export it as `purchaseRules`.
 * @template Config
 * @param {LoyaltyPlugin<Config>} plugin
 */
export function defineLoyalty(plugin) {
  needs(plugin, 'defineLoyalty', 'onPurchase');
  return {
    /** @type {(event: EventContext, purchase: Purchase, config: string) => void} */
    onPurchase: (event, purchase, config) => stammgastCall('onPurchase', event.occurredAt, PLUGIN_ERRORS, () =>
      plugin.onPurchase(event, purchase, settings(plugin, config))),
  };
}

/**
 * A loyalty plugin with rules about days that matter. Export it as `occasionRules`.
 * @template Config
 * @param {OccasionPlugin<Config>} plugin
 */
export function defineOccasions(plugin) {
  needs(plugin, 'defineOccasions', 'onOccasion');
  return {
    /** @type {(event: EventContext, occasion: Occasion, config: string) => void} */
    onOccasion: (event, occasion, config) => stammgastCall('onOccasion', event.occurredAt, PLUGIN_ERRORS, () =>
      plugin.onOccasion(event, occasion, settings(plugin, config))),
  };
}

/**
 * A loyalty plugin with rules about what customers do beside buying. Export it as `activityRules`.
 * @template Config
 * @param {ActivityPlugin<Config>} plugin
 */
export function defineActivities(plugin) {
  needs(plugin, 'defineActivities', 'onActivity');
  return {
    /** @type {(event: EventContext, activity: Activity, config: string) => void} */
    onActivity: (event, activity, config) => stammgastCall('onActivity', event.occurredAt, PLUGIN_ERRORS, () =>
      plugin.onActivity(event, activity, settings(plugin, config))),
  };
}

/**
 * A loyalty plugin with rules about points that moved. Export it as `pointsRules`.
 * @template Config
 * @param {PointsPlugin<Config>} plugin
 */
export function definePoints(plugin) {
  needs(plugin, 'definePoints', 'onPoints');
  return {
    /** @type {(event: EventContext, change: PointsChange, config: string) => void} */
    onPoints: (event, change, config) => stammgastCall('onPoints', signed(event.occurredAt), PLUGIN_ERRORS, () =>
      plugin.onPoints(withSigns(event), moved(change), settings(plugin, config))),
  };
}

/**
 * A quality plugin. Export it as `interactionChecks`.
 * @template Config
 * @param {QualityPlugin<Config>} plugin
 */
export function defineQuality(plugin) {
  needs(plugin, 'defineQuality', 'checkInteraction');
  return {
    /** @type {(event: EventContext, interaction: Interaction, config: string) => void} */
    checkInteraction: (event, interaction, config) => stammgastCall('checkInteraction', event.occurredAt, PLUGIN_ERRORS, () =>
      plugin.checkInteraction(event, interaction, settings(plugin, config))),
  };
}

/**
 * A feedback plugin. Export it as `interactionRoutes`.
 * @template Config
 * @param {FeedbackPlugin<Config>} plugin
 */
export function defineFeedback(plugin) {
  needs(plugin, 'defineFeedback', 'routeInteraction');
  return {
    /** @type {(event: EventContext, interaction: Interaction, config: string) => void} */
    routeInteraction: (event, interaction, config) => stammgastCall('routeInteraction', event.occurredAt, PLUGIN_ERRORS, () =>
      plugin.routeInteraction(event, interaction, settings(plugin, config))),
  };
}

/**
 * A channel. Export its two halves: `export const { inbound, outbound } = defineChannel({ … })`.
 * @template Config
 * @param {ChannelPlugin<Config>} plugin
 */
export function defineChannel(plugin) {
  needs(plugin, 'defineChannel', 'readMessage');
  const buildSend = plugin.buildSend?.bind(plugin) ?? cannotSend;
  const readResponse = plugin.readResponse?.bind(plugin) ?? ((_message, response) => outcomeByStatus(response));
  return {
    inbound: {
      /** @type {(event: EventContext, raw: RawMessage, config: string) => void} */
      readMessage: (event, raw, config) => stammgastCall('readMessage', signed(event.occurredAt), CHANNEL_ERRORS, () =>
        plugin.readMessage(withSigns(event), delivered(raw), settings(plugin, config))),
    },
    outbound: {
      /** @type {(message: OutgoingMessage, config: string) => SendRequest} */
      buildSend: (message, config) => stammgastCall('buildSend', message.sentAt, CHANNEL_ERRORS, () =>
        answered(buildSend(message, settings(plugin, config)), ['mail', 'http'], 'buildSend', 'http.post(…) or mail(…)')),
      /** @type {(message: OutgoingMessage, response: HttpResponse, config: string) => SendOutcome} */
      readResponse: (message, response, config) => stammgastCall('readResponse', message.sentAt, CHANNEL_ERRORS, () =>
        answered(readResponse(message, withBytes(response), settings(plugin, config)), ['sent', 'later', 'rejected'], 'readResponse',
          'sent(…), later(…) or rejected(…)')),
    },
  };
}

/**
 * @template {{ body: Uint8Array }} T
 * @param {T} given
 * @returns {T}
 */
const withBytes = (given) => ({ ...given, body: bytes(given.body, 'what the host gave') });

/**
 * @param {EventContext} event
 * @returns {EventContext}
 */
const withSigns = (event) => ({ ...event, occurredAt: signed(event.occurredAt), recordedAt: signed(event.recordedAt) });

/**
 * @param {PointsChange} change
 * @returns {PointsChange}
 */
const moved = (change) => ({ ...change, available: signed(change.available), pending: signed(change.pending) });

/**
 * @param {RawMessage} raw
 * @returns {RawMessage}
 */
const delivered = (raw) => ({ ...withBytes(raw), receivedAt: signed(raw.receivedAt) });

/** @returns {never} */
function cannotSend() {
  throw new Unsupported('this channel cannot send messages');
}

/**
 * @param {any} plugin
 * @param {string} helper
 * @param {string} needed
 */
function needs(plugin, helper, needed) {
  if (typeof plugin?.[needed] !== 'function') throw new TypeError(`${helper} needs an object with a function \`${needed}\``);
}

/**
 * @template {{ tag: string }} T
 * @param {T} answer
 * @param {string[]} tags
 * @param {string} name
 * @param {string} makers
 * @returns {T}
 */
function answered(answer, tags, name, makers) {
  if (typeof /** @type {any} */ (answer)?.then === 'function') return answer;
  if (!tags.includes(answer?.tag)) throw new TypeError(`${name} must return what ${makers} makes, but it returned ${shown(answer)}`);
  return answer;
}
