package io.outbox4j.jdbc;

import io.outbox4j.HeadPolicy;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Timing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows of {@code message_send} of one application, as values of statements and from results. */
record SendRows(Dialect dialect, Tables tables, String application) {

  static final String COLUMNS_BUT_PAYLOAD =
      "message_id, application, transport, topic, message_key, partition_no, business_id,"
          + " message_type, content_type, headers, retry, order_key, head_policy, created_at, claims,"
          + " resolved, attempts";

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
          "order_key",
          "head_policy",
          "deliver_at",
          "expires_at",
          "payload",
          "next_attempt_at");

  Sql sql() {
    return new Sql(dialect, tables);
  }

  /** All columns of a claimed row, with the table's alias. */
  static String columns(String alias) {
    return Arrays.stream((COLUMNS_BUT_PAYLOAD + ", payload").split(", "))
        .map(column -> alias + column)
        .collect(Collectors.joining(", ", "", expiresIn(alias)));
  }

  /** One more column of a claimed row, with the table's alias: how long it may be sent. */
  static String expiresIn(String alias) {
    return ", {until " + alias + "expires_at} AS expires_in";
  }

  /** Adds the values of a row, in brackets. */
  static void addValues(Sql sql, NewRow row) {
    OutgoingMessage message = row.row().message();
    Line line = row.row().line();
    sql.add(
        "({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
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
        line == null ? null : line.id(),
        line == null ? 0 : number(line.headPolicy()),
        deliverAt(row.row().timing()),
        row.row().timing().expiresAt(),
        message.payload(),
        dueAt(row));
  }

  /** A time, or how long until then, by the database's clock. */
  private static @Nullable Object deliverAt(Timing timing) {
    Instant notBefore = timing.notBefore();
    return notBefore != null ? notBefore : timing.after().isZero() ? null : timing.after();
  }

  private static Object dueAt(NewRow row) {
    Instant notBefore = row.row().timing().notBefore();
    return notBefore == null ? row.dueIn() : notBefore;
  }

  /** Lists of ids in the limits of one statement each. */
  List<List<String>> inParts(List<String> lines) {
    int most = dialect.mostLines();
    return IntStream.iterate(0, from -> from < lines.size(), from -> from + most)
        .mapToObj(from -> lines.subList(from, Math.min(lines.size(), from + most)))
        .toList();
  }

  /** The lines that are the application's and a transport's, each once, in ascending order. */
  List<String> ownLines(String transport, Collection<String> lines) {
    String prefix = Line.prefix(application, transport);
    return lines.stream().filter(line -> line.startsWith(prefix)).distinct().sorted().toList();
  }

  /** What is greater than all ids of lines with this prefix, and less than all behind them. */
  static String endOf(String prefix) {
    int last = prefix.length() - 1;
    return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
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
    SendRow row =
        new SendRow(
            message, result.getString("transport"), result.getBoolean("retry"), line(result));
    return new ClaimedRow(
        row,
        result.getInt("claims"),
        result.getInt("resolved"),
        result.getInt("attempts"),
        expiresIn(result));
  }

  private static @Nullable Duration expiresIn(ResultSet result) throws SQLException {
    long micros = result.getLong("expires_in");
    return result.wasNull() ? null : Micros.duration(micros);
  }

  private static @Nullable Line line(ResultSet result) throws SQLException {
    String id = result.getString("order_key");
    return id == null ? null : new Line(id, headPolicy(result.getInt("head_policy")));
  }

  private static int number(HeadPolicy policy) {
    return switch (policy) {
      case BLOCK -> 0;
      case PASS -> 1;
      case DROP_KEY -> 2;
    };
  }

  /** A newer version's policy holds the line: what is behind can still be sent later. */
  static HeadPolicy headPolicy(int number) {
    return switch (number) {
      case 1 -> HeadPolicy.PASS;
      case 2 -> HeadPolicy.DROP_KEY;
      default -> HeadPolicy.BLOCK;
    };
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
        row.retry(),
        row.line());
  }
}
