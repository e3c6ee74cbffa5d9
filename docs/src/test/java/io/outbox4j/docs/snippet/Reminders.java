package io.outbox4j.docs.snippet;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import java.time.Duration;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** A message that may not be needed any more when its time comes. */
@Service
public class Reminders {

  private final JdbcTemplate jdbc;
  private final Outbox outbox;

  public Reminders(JdbcTemplate jdbc, Outbox outbox) {
    this.jdbc = jdbc;
    this.outbox = outbox;
  }

  // snippet: remind
  @Transactional
  public void remind(String order) {
    UUID reminder =
        outbox.publish(
            OutboxMessage.to("reminder").key(order).deliverAfter(Duration.ofDays(14)).build());
    jdbc.update("UPDATE orders SET reminder = ? WHERE id = ?", reminder.toString(), order);
  }

  // end

  // snippet: paid
  @Transactional
  public void paid(String order) {
    String reminder =
        jdbc.queryForObject("SELECT reminder FROM orders WHERE id = ?", String.class, order);
    boolean neverSent = reminder != null && outbox.cancel(UUID.fromString(reminder));
    jdbc.update("UPDATE orders SET paid = TRUE, reminded = ? WHERE id = ?", !neverSent, order);
  }

  // end
}
