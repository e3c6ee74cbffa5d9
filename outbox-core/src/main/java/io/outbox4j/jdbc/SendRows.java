package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of {@code message_send} of one application, as values of statements and from results. */
record SendRows(Dialect dialect, Tables tables, String application) {

  static final String COLUMNS_BUT_PAYLOAD =
      "message_id, application, transport, topic, message_key, partition_no, business_id,"
          + " message_type, content_type, headers, retry, created_at, claims, resolved, attempts";

  /** The columns that an INSERT fills; the others have defaults. */
  static final List<String> INSERTED =
      List.of(
          "message_id",
          "application",
          "transport",
          "topic",
          "message_key",
          "partition_no",
          "business_id",
          "message_type",
          "content_type",
          "headers",
          "retry",
          "created_at",
          "claims",
          "bucket",
          "payload",
          "next_attempt_at");

  Sql sql() {
    return new Sql(dialect, tables);
  }

  /** All columns of a claimed row, with the table's alias. */
  static String columns(String alias) {
    return Arrays.stream((COLUMNS_BUT_PAYLOAD + ", payload").split(", "))
        .map(column -> alias + column)
        .collect(Collectors.joining(", "));
  }

  /** Adds the values of a row, in brackets. */
  static void addValues(Sql sql, NewRow row) {
    OutgoingMessage message = row.row().message();
    sql.add(
        "({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        message.id(),
        message.source(),
        row.row().transport(),
        message.topic(),
        message.key(),
        message.partition(),
        message.businessId(),
        message.type(),
        message.contentType(),
        Headers.encode(message.headers()),
        row.row().retry(),
        message.created(),
        row.claims(),
        row.row().bucket(),
        message.payload(),
        row.dueIn());
  }

  UUID id(ResultSet result) throws SQLException {
    return dialect.uuid(result, "message_id");
  }

  ClaimedRow read(ResultSet result) throws SQLException {
    OutgoingMessage message =
        new OutgoingMessage(
            id(result),
            result.getString("application"),
            result.getString("topic"),
            result.getString("message_key"),
            partition(result),
            result.getString("business_id"),
            result.getString("message_type"),
            result.getString("content_type"),
            Headers.decode(result.getString("headers")),
            result.getBytes("payload"),
            dialect.instant(result, "created_at"));
    SendRow row = new SendRow(message, result.getString("transport"), result.getBoolean("retry"));
    return new ClaimedRow(
        row, result.getInt("claims"), result.getInt("resolved"), result.getInt("attempts"));
  }

  private static @Nullable Integer partition(ResultSet result) throws SQLException {
    int partition = result.getInt("partition_no");
    return result.wasNull() ? null : partition;
  }

  /** The same row with its payload. */
  static SendRow with(SendRow row, byte[] payload) {
    OutgoingMessage message = row.message();
    return new SendRow(
        new OutgoingMessage(
            message.id(),
            message.source(),
            message.topic(),
            message.key(),
            message.partition(),
            message.businessId(),
            message.type(),
            message.contentType(),
            message.headers(),
            payload,
            message.created()),
        row.transport(),
        row.retry());
  }
}
