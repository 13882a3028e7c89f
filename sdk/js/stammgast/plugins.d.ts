// What a plugin is, and what the host calls of it.

import type {
  Activity, EventContext, HttpResponse, Interaction, Occasion, OutgoingMessage, PointsChange, Purchase, RawMessage,
  SendOutcome, SendRequest,
} from './contract.d.ts';

/** What plugins of every kind may have. */
export interface Configured<Config> {
  /**
   * Reads the configuration, which the host has checked against `config_schema` in manifest.json already. Throw
   * `InvalidConfig` where it cannot be used all the same. Without it, a plugin gets the JSON as it is, if it is an object.
   */
  readConfig?(settings: unknown): Config;
}

/** A loyalty plugin with rules about purchases: `purchase.recorded`. */
export interface LoyaltyPlugin<Config> extends Configured<Config> {
  /** Called for every purchase. A call may be repeated after a fault, but its effects happen once. */
  onPurchase(event: EventContext, purchase: Purchase, config: Config): void;
}

/** A loyalty plugin with rules about days that matter: `occasion.reached`. */
export interface OccasionPlugin<Config> extends Configured<Config> {
  /**
   * Called for every occasion, once, at the beginning of its day in the tenant's time zone, and later where the server was
   * down. A call may be repeated after a fault, but its effects happen once.
   */
  onOccasion(event: EventContext, occasion: Occasion, config: Config): void;
}

/** A loyalty plugin with rules about what customers do beside buying: `activity.recorded`. */
export interface ActivityPlugin<Config> extends Configured<Config> {
  /** Called for every activity. A call may be repeated after a fault, but its effects happen once. */
  onActivity(event: EventContext, activity: Activity, config: Config): void;
}

/** A loyalty plugin with rules about points that moved: `loyalty.points-posted`. */
export interface PointsPlugin<Config> extends Configured<Config> {
  /**
   * Called whenever a customer's points moved, those among them that the plugin itself asked for. A call may be repeated
   * after a fault, but its effects happen once.
   */
  onPoints(event: EventContext, change: PointsChange, config: Config): void;
}

/** A quality plugin. */
export interface QualityPlugin<Config> extends Configured<Config> {
  /**
   * Called for every recorded contact, and once more when a waiting contact was assigned to its customer. A call may be
   * repeated after a fault, but its effects happen once.
   */
  checkInteraction(event: EventContext, interaction: Interaction, config: Config): void;
}

/** A feedback plugin. */
export interface FeedbackPlugin<Config> extends Configured<Config> {
  /**
   * Called for every recorded contact, and once more when a waiting contact was assigned to its customer. A call may be
   * repeated after a fault, but its effects happen once.
   */
  routeInteraction(event: EventContext, interaction: Interaction, config: Config): void;
}

/** A channel. */
export interface ChannelPlugin<Config> extends Configured<Config> {
  /**
   * Called for every delivery: reads the bytes and hands over the messages in them with `receiveMessage`. A call may be
   * repeated after a fault, but its effects happen once.
   */
  readMessage(event: EventContext, raw: RawMessage, config: Config): void;
  /**
   * Builds the request that sends a message. No effects and no changes of state may be asked for here. A channel that
   * does not say how cannot send.
   */
  buildSend?(message: OutgoingMessage, config: Config): SendRequest;
  /**
   * Says what a response over HTTP means for the message. No effects and no changes of state may be asked for here. A
   * channel that does not say goes by the status: `outcomeByStatus`.
   */
  readResponse?(message: OutgoingMessage, response: HttpResponse, config: Config): SendOutcome;
}

/** What the host calls for purchases. */
export interface PurchaseRules {
  onPurchase(event: EventContext, purchase: Purchase, config: string): void;
}

/** What the host calls for occasions. */
export interface OccasionRules {
  onOccasion(event: EventContext, occasion: Occasion, config: string): void;
}

/** What the host calls for activities. */
export interface ActivityRules {
  onActivity(event: EventContext, activity: Activity, config: string): void;
}

/** What the host calls for points that moved. */
export interface PointsRules {
  onPoints(event: EventContext, change: PointsChange, config: string): void;
}

/** What the host calls for quality. */
export interface InteractionChecks {
  checkInteraction(event: EventContext, interaction: Interaction, config: string): void;
}

/** What the host calls for feedback. */
export interface InteractionRoutes {
  routeInteraction(event: EventContext, interaction: Interaction, config: string): void;
}

/** What the host calls to read what a channel delivered. */
export interface Inbound {
  readMessage(event: EventContext, raw: RawMessage, config: string): void;
}

/** What the host calls to send. */
export interface Outbound {
  buildSend(message: OutgoingMessage, config: string): SendRequest;
  readResponse(message: OutgoingMessage, response: HttpResponse, config: string): SendOutcome;
}
