// Errors that are answers: a plugin throws one, and the tenant's admin reads its message.

/** The plugin cannot answer. The host shows the message and tries the event again later. */
export class PluginError extends Error {
  /** The error's case in the contract. */
  static case = 'other';

  /**
   * @param {string} message a sentence for the tenant's admin
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
    // A component's bindings give this property, by this name, to the host; it has to be the object's own.
    this.payload = { tag: new.target.case, val: this.message };
  }
}

/** The configuration cannot be used, although it fits `config_schema`. */
export class InvalidConfig extends PluginError {
  static case = 'invalid-config';
}

/** The event lacks something that the plugin needs. Not for channels. */
export class UnsupportedEvent extends PluginError {
  static case = 'unsupported-event';
}

/** The bytes are no message of this channel: they stay stored, and the message is shown. For channels alone. */
export class Malformed extends PluginError {
  static case = 'malformed';
}

/** The channel cannot carry this message. For channels alone. */
export class Unsupported extends PluginError {
  static case = 'unsupported';
}
