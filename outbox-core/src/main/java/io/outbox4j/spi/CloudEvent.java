package io.outbox4j.spi;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The context attributes of a message by CloudEvents 1.0, for transports to map to headers in
 * binary content mode (CloudEvents Core 1.0.2, section 3; each protocol's binding names its own
 * prefix).
 */
public final class CloudEvent {

  /** Version of the specification. */
  public static final String SPEC_VERSION = "specversion";

  /** The message's id. */
  public static final String ID = "id";

  /** Who published. */
  public static final String SOURCE = "source";

  /** The logical type. */
  public static final String TYPE = "type";

  /** When it was published, RFC 3339. */
  public static final String TIME = "time";

  /** The business id. */
  public static final String SUBJECT = "subject";

  private CloudEvent() {}

  /**
   * The attributes of a message, in a fixed order, without prefix. The content type is not among
   * them: each binding has its own place for it.
   */
  public static Map<String, String> attributes(OutgoingMessage message) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(SPEC_VERSION, "1.0");
    attributes.put(ID, message.id().toString());
    attributes.put(SOURCE, message.source());
    attributes.put(TYPE, message.type());
    attributes.put(TIME, timestamp(message.created()));
    if (message.businessId() != null && !message.businessId().isEmpty()) {
      attributes.put(SUBJECT, message.businessId());
    }
    return attributes;
  }

  private static String timestamp(Instant instant) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
  }
}
