package io.outbox4j;

import org.jspecify.annotations.Nullable;

/**
 * Which tables are used, and who creates them. The names are checked at start-up: letters, digits
 * and underscores, not starting with a digit.
 *
 * @param schema the schema (on MySQL and MariaDB: the database), or null for the connection's own
 * @param send the name of the table of sent messages
 * @param consume the name of the table of consumed messages
 * @param initialize when to create missing tables
 */
public record TableSettings(
    @Nullable String schema, String send, String consume, Initialize initialize) {

  /** {@code message_send} and {@code message_consume}, created in embedded databases only. */
  public static TableSettings ofDefaults() {
    return new TableSettings(null, "message_send", "message_consume", Initialize.EMBEDDED);
  }

  /** The same with another rule for creating the tables. */
  public TableSettings withInitialize(Initialize initialize) {
    return new TableSettings(schema, send, consume, initialize);
  }

  /** When missing tables are created. */
  public enum Initialize {
    /** In an embedded database (H2 in this process) only. */
    EMBEDDED,
    /** Always; safe when several nodes start at once. */
    ALWAYS,
    /** Never: the DDL is run by somebody else. */
    NEVER
  }
}
