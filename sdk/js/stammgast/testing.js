// Native unit tests: a host that a test sets up, and that records what a plugin asks for. For `node --test`.

export { Fault } from './testing/fault.js';
export { Host } from './testing/host.js';
export {
  activity, event, interaction, line, occasion, outgoingMessage, pastInteraction, pointsChange, purchase, rawMessage,
  response,
} from './testing/samples.js';
