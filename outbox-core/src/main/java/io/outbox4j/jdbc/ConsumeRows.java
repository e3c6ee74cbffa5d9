package io.outbox4j.jdbc;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore.Admission;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The row of one received message in {@code message_consume}, as parts of statements. */
record ConsumeRows(
    Dialect dialect,
    Tables tables,
    String application,
    boolean keepPayload,
    ReceivedMessage message) {

  private static final int CONSUMED = 1;

  private Sql sql() {
    return new Sql(dialect, tables);
  }

  Sql insertConsumed() {
    Sql sql = insert(", status, consumed_at");
    return sql.add(", 1, {now})");
  }

  Sql insertFailed(String error) {
    Sql sql = insert(", status, attempts, first_failed_at, last_failed_at, last_error");
    return sql.add(", 2, 1, {now}, {now}, {})", error);
  }

  private Sql insert(String more) {
    return sql()
        .add("INSERT INTO {consume}" + dialect.consumeAlias())
        .add(" (consumer_group, source, message_id, application, topic, partition_no, offset_no,")
        .add(" business_id, headers, payload, created_at" + more + ") VALUES ")
        .add(
            "({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {now}",
            dialect.key(message.consumerGroup()),
            dialect.key(message.source()),
            dialect.key(message.messageId()),
            application,
            Vetting.fitted(message.topic(), 512),
            message.partition(),
            message.offset(),
            Vetting.fitted(message.businessId(), 255),
            keepPayload ? Headers.encode(message.headers()) : null,
            keepPayload ? message.payload() : null);
  }

  Sql updateFailed(String error) {
    return where(
            sql()
                .add("UPDATE {consume} SET status = 2, attempts = attempts + 1,")
                .add(
                    " deliveries = deliveries + 1, last_failed_at = {now}, last_error = {},", error)
                .add(" first_failed_at = COALESCE(first_failed_at, {now})"))
        .add(" AND status IN (0, 2)");
  }

  /** Asks for the status; {@code lock} is empty or FOR UPDATE. */
  Sql status(String lock) {
    return where(sql().add("SELECT status FROM {consume}")).addText(lock);
  }

  private Sql where(Sql sql) {
    return sql.add(
        " WHERE consumer_group = {} AND source = {} AND message_id = {}",
        dialect.key(message.consumerGroup()),
        dialect.key(message.source()),
        dialect.key(message.messageId()));
  }

  /** Recognises a row that was there before, and takes one that failed or is to be redelivered. */
  Admission admitAgain(Connection connection, int timeoutSeconds) throws SQLException {
    List<Integer> found =
        status(" FOR UPDATE").query(connection, timeoutSeconds, ConsumeRows::readStatus);
    if (!found.isEmpty() && found.get(0) != 0 && found.get(0) != 2) {
      return handled(found);
    }
    int changed =
        where(
                sql()
                    .add("UPDATE {consume} SET status = 1, consumed_at = {now},")
                    .add(" deliveries = deliveries + " + dialect.deliveriesUncounted()))
            .update(connection);
    if (changed == 0) {
      // Purged since the INSERT met it: the next try inserts.
      throw new SQLException("", "40001");
    }
    return Admission.ADMITTED;
  }

  static int readStatus(ResultSet result) throws SQLException {
    return result.getInt(1);
  }

  /** What a status says that is not to be run; an unknown one, of a newer version, waits. */
  static Admission handled(List<Integer> status) {
    return !status.isEmpty() && status.get(0) == CONSUMED ? Admission.DUPLICATE : Admission.PARKED;
  }
}
