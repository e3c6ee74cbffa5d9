package io.outbox4j.spring.actuate;

import io.outbox4j.TransportStatus;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.Backlog;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Down while a broker, or a single destination, takes no messages. Publishing goes on all the same:
 * messages wait in the table.
 */
final class OutboxHealthIndicator implements HealthIndicator {

  private final Outbox4j outbox;
  private final BacklogReading backlog;

  OutboxHealthIndicator(Outbox4j outbox, BacklogReading backlog) {
    this.outbox = outbox;
    this.backlog = backlog;
  }

  @Override
  public Health health() {
    Map<String, TransportStatus> transports = outbox.status();
    boolean up = transports.values().stream().allMatch(OutboxHealthIndicator::isUp);
    Health.Builder health = Health.status(up ? Status.UP : Status.DOWN);
    transports.forEach((name, status) -> health.withDetail(name, details(status)));
    health.withDetail("backlog", details());
    return health.build();
  }

  private static boolean isUp(TransportStatus status) {
    return status.available() && status.unavailableDestinations().isEmpty();
  }

  private static Map<String, Object> details(TransportStatus status) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("available", status.available());
    if (status.reason() != null) {
      details.put("reason", status.reason());
    }
    details.put("unavailableDestinations", status.unavailableDestinations());
    details.put("inMemory", status.inMemory());
    return details;
  }

  private Object details() {
    Backlog read = backlog.get();
    if (read == null) {
      return "unknown: the database does not answer";
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("unsent", read.unsent());
    details.put("oldestUnsent", read.oldestUnsent().toString());
    details.put("dead", read.dead());
    details.put("delayed", read.delayed());
    return details;
  }
}
