package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AppendingTest {

  private static final int PACKET = 20_000;

  private final Dialect small = new MySql(false, PACKET, true);

  @Test
  void noStatementHasMoreParametersThanTheDatabaseTakes() {
    Dialect dialect = new PostgreSql();
    List<NewRow> rows = rows(10_000, 'a', 1);

    List<List<NewRow>> parts = Appending.split(rows, dialect);

    assertThat(dialect.mostParameters()).as("the protocol's own bound").isEqualTo(65_535);
    assertThat(parts)
        .allSatisfy(
            part -> assertThat(part.size() * SendRows.INSERTED.size()).isBetween(1, 65_535));
    assertThat(joined(parts)).isEqualTo(rows);
  }

  @Test
  void noStatementWithSeveralRowsFillsMoreThanHalfAPacket() {
    List<NewRow> rows = rows(25, 'a', 3_000);

    List<List<NewRow>> parts = Appending.split(rows, small);

    assertThat(parts).hasSize(13).allSatisfy(part -> assertThat(part).hasSizeBetween(1, 2));
    assertThat(joined(parts)).isEqualTo(rows);
  }

  @Test
  void bytesThatDriversEscapeCountTwice() {
    List<NewRow> rows = rows(5, '\'', 3_000);

    List<List<NewRow>> parts = Appending.split(rows, small);

    assertThat(parts).hasSize(5);
    assertThat(joined(parts)).isEqualTo(rows);
  }

  @Test
  void textsCountToo() {
    NewRow row = row("\u4e2d".repeat(3_000), null);

    assertThat(Appending.split(List.of(row, row), small)).hasSize(2);
  }

  @Test
  void aRowAboveTheLimitGoesAlone() {
    NewRow little = rows(1, 'a', 1).get(0);
    NewRow large = rows(1, 'a', PACKET).get(0);

    assertThat(Appending.split(List.of(large, little, little, large, large), small))
        .containsExactly(List.of(large), List.of(little, little), List.of(large), List.of(large));
  }

  private static List<NewRow> joined(List<List<NewRow>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  private static List<NewRow> rows(int count, char each, int bytes) {
    byte[] payload = new byte[bytes];
    Arrays.fill(payload, (byte) each);
    return IntStream.range(0, count).mapToObj(i -> row("k", payload)).toList();
  }

  private static NewRow row(String key, byte[] payload) {
    OutgoingMessage message =
        new OutgoingMessage(
            UUID.randomUUID(),
            "test",
            "a",
            key,
            null,
            null,
            "t",
            null,
            Map.of(),
            payload,
            Instant.EPOCH);
    return NewRow.due(new SendRow(message, "kafka", true));
  }
}
