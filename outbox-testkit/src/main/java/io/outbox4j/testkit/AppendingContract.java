package io.outbox4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.AppendFailedException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a {@link SendStore} promises of rows that are vetted and appended. */
abstract class AppendingContract extends SendStoreSteps {

  AppendingContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void everyFieldComesBackUnchanged() {
    Map<String, String> headers = Map.of("a\0b", "ü \r\n=&+%", "Ü😀", "", "", "\0");
    OutgoingMessage message =
        rows.message("x")
            .topic("orders 😀")
            .key("A\r\n\tß' \\")
            .partition(7)
            .type("order.created.v1")
            .contentType("application/json")
            .headers(headers)
            .payload(new byte[] {0, -1, '\'', '\\', '\n', 0x1A})
            .build();
    append(NewRow.due(new SendRow(message, "kafka", false)));

    List<ClaimedRow> claimed = claimDue("kafka", 10);

    assertThat(claimed).hasSize(1);
    SendRow row = claimed.get(0).row();
    assertThat(row.message()).usingRecursiveComparison().isEqualTo(message);
    assertThat(row.transport()).isEqualTo("kafka");
    assertThat(row.retry()).isFalse();
  }

  @Test
  final void whatIsNullComesBackAsNull() {
    append(NewRow.due(rows.row("kafka", rows.message("x").payload(null))));

    OutgoingMessage message = claimDue("kafka", 1).get(0).row().message();

    assertThat(message.payload()).isNull();
    assertThat(message.key()).isNull();
    assertThat(message.partition()).isNull();
    assertThat(message.contentType()).isNull();
    assertThat(message.headers()).isEmpty();
  }

  @Test
  final void anEmptyPayloadIsNotNull() {
    append(NewRow.due(rows.row("kafka", rows.message("x").payload(new byte[0]).key(""))));

    OutgoingMessage message = claimDue("kafka", 1).get(0).row().message();

    assertThat(message.payload()).isEmpty();
    assertThat(message.key()).isEmpty();
  }

  @Test
  final void headersKeepTheirOrder() {
    Map<String, String> headers = new LinkedHashMap<>();
    Stream.of("z", "a", "m", "b").forEach(name -> headers.put(name, name));
    append(NewRow.due(rows.row("kafka", rows.message("x").headers(headers))));

    assertThat(claimDue("kafka", 1).get(0).row().message().headers().keySet())
        .containsExactly("z", "a", "m", "b");
  }

  @Test
  final void largePayloadsArriveUnchangedOrAreRefused() {
    for (int size : new int[] {64 << 10, 16 << 20}) {
      byte[] payload = new byte[size];
      new Random(size).nextBytes(payload);
      SendRow row = rows.row("big" + size, rows.message("big").payload(payload));
      try {
        store.vet(row);
      } catch (MessageRefusedException e) {
        assertThat(e.field()).isEqualTo("payload");
        assertThat(size).isGreaterThan(1 << 20);
        continue;
      }
      append(NewRow.due(row));
      byte[] back = store.claimDue("big" + size, 1, 1, MINUTE).get(0).row().message().payload();
      assertThat(Arrays.equals(back, payload)).as("%,d bytes", size).isTrue();
    }
  }

  @Test
  final void manyRowsGoInInTheirOrder() {
    List<NewRow> many =
        IntStream.range(0, 2_500).mapToObj(i -> NewRow.due(rows.row("kafka", "n" + i))).toList();
    append(many.toArray(NewRow[]::new));

    List<String> names =
        client()
            .sql("SELECT business_id FROM message_send WHERE application = ? ORDER BY seq")
            .param(store.application())
            .query((result, number) -> Objects.requireNonNull(result.getString(1)))
            .list();

    assertThat(names)
        .isEqualTo(many.stream().map(row -> row.row().message().businessId()).toList());
  }

  @Test
  final void rowsVanishWithTheirTransaction() {
    transactions()
        .executeWithoutResult(
            status -> {
              store.append(List.of(NewRow.due(rows.row("kafka", "x"))));
              status.setRollbackOnly();
            });

    assertThat(claimDue("kafka", 10)).isEmpty();
  }

  @Test
  final void rowsAreUnseenUntilTheCommit() {
    transactions()
        .executeWithoutResult(
            status -> {
              store.append(List.of(NewRow.due(rows.row("kafka", "x"))));
              assertThat(elsewhere(() -> claimDue("kafka", 10))).isEmpty();
            });

    assertThat(claimDue("kafka", 10)).hasSize(1);
  }

  @Test
  final void aSecondMessageOfTheSameIdIsNamedAsSuchAndTellsNoPayload() {
    SendRow row =
        rows.row("kafka", rows.message("x").key("s3cret").payload("s3cret".getBytes(UTF_8)));
    append(NewRow.due(row));

    assertThatThrownBy(() -> append(NewRow.due(row)))
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("of this id already")
        .satisfies(error -> TestRows.assertTellsNothingOf("s3cret", error));
  }

  @Test
  final void aRowThatTheDatabaseRefusesTellsNoPayload() {
    OutgoingMessage message =
        rows.message("x").topic("s3cret".repeat(100)).payload("s3cret".getBytes(UTF_8)).build();

    assertThatThrownBy(() -> append(NewRow.due(new SendRow(message, "kafka", true))))
        .isInstanceOf(AppendFailedException.class)
        .satisfies(error -> TestRows.assertTellsNothingOf("s3cret", error));
  }

  @Test
  final void whatIsTooLongIsRefusedWithTheFieldsName() {
    String tooLong = "x".repeat(1_001);
    assertRefused("topic", rows.message("x").topic(tooLong));
    assertRefused("key", rows.message("x").key(tooLong));
    assertRefused("businessId", rows.message(tooLong));
    assertRefused("type", rows.message("x").type(tooLong));
    assertRefused("contentType", rows.message("x").contentType(tooLong));
    assertRefused("headers", rows.message("x").headers(Map.of("a", "😀".repeat(100_000))));
    assertThatThrownBy(() -> store.vet(rows.row(tooLong, "x")))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo("transport"));
  }

  @Test
  final void halfACharacterIsRefusedWithTheFieldsName() {
    assertRefused("key", rows.message("x").key("a\uD83D"));
    assertRefused("topic", rows.message("x").topic("\uDE00\uD83D"));
    assertRefused("header a", rows.message("x").headers(Map.of("a", "\uD83Dx")));
  }

  @Test
  final void aNulInATextIsKeptOrRefused() {
    SendRow row = rows.row("kafka", rows.message("x").key("a\0b"));
    try {
      store.vet(row);
    } catch (MessageRefusedException e) {
      assertThat(e.field()).isEqualTo("key");
      return;
    }
    append(NewRow.due(row));
    assertThat(claimDue("kafka", 1).get(0).row().message().key()).isEqualTo("a\0b");
  }

  @Test
  final void anotherApplicationsMessageIsRefused() {
    assertThatThrownBy(() -> store.vet(new TestRows("somebody-else").row("kafka", "x")))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo("source"));
  }
}
