package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL is asked to do for ordered messages: counted, not timed. */
final class OrderCostIT {

  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);
  private final HikariDataSource pool = database.pool(2);
  private final CountedStatements statements = new CountedStatements(pool);
  private final Node node =
      Node.on(pool)
          .through(statements)
          .transport(new Picky())
          .send(SendSettings.ofDefaults().withPollInterval(Duration.ofHours(1)))
          .build();

  /** The topic is known, the first looks of the jobs are over, and the next are far away. */
  @BeforeEach
  void becomeQuiet() {
    node.outbox4j.start();
    await().until(() -> executed("EXISTS") > 0 && executed("GOES") > 0);
    publish(1, i -> "first");
    await().until(() -> looks() > 0);
    statements.executed().clear();
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aMessageCostsAnInsertAClaimAMarkAndALook() {
    publish(1, i -> "key");
    await().until(() -> looks() > 0);
    publish(1, i -> "other");
    await().until(() -> looks() > 1);

    assertThat(kinds())
        .containsExactly("INSERT", "CLAIM", "MARK", "LOOK", "INSERT", "CLAIM", "MARK", "LOOK");
  }

  @Test
  void eightMessagesOfOneKeyShareInsertClaimAndLook() {
    publish(8, i -> "key");
    await().until(() -> looks() > 0);

    List<String> kinds = kinds();
    assertThat(kinds).startsWith("INSERT", "CLAIM", "MARK").endsWith("MARK", "LOOK");
    assertThat(kinds).filteredOn("MARK"::equals).as("one after the other").hasSizeBetween(1, 8);
    assertThat(kinds).filteredOn(kind -> !kind.equals("MARK")).hasSize(3);
  }

  /** What is marked together is looked at together. */
  @Test
  void eightKeysShareInsertAndClaim() {
    publish(8, i -> "key-" + i);
    await().until(() -> looks() > 0 && node.status().inMemory() == 0);

    List<String> kinds = kinds();
    assertThat(kinds).startsWith("INSERT", "CLAIM", "MARK");
    assertThat(kinds).filteredOn("INSERT"::equals).hasSize(1);
    assertThat(kinds).filteredOn("CLAIM"::equals).hasSize(1);
    assertThat(kinds).hasSizeBetween(4, 2 + 8 + 8).containsOnly("INSERT", "CLAIM", "MARK", "LOOK");
  }

  private void publish(int messages, IntFunction<String> key) {
    node.publish(
        IntStream.range(0, messages)
            .mapToObj(i -> OutboxMessage.to("topic").key(key.apply(i)).ordered(true).build())
            .toList());
    await().until(() -> database.rows("status = 0") == 0);
  }

  private long looks() {
    return count("LOOK");
  }

  private long count(String kind) {
    return kinds().stream().filter(kind::equals).count();
  }

  private long executed(String word) {
    return statements.executed().stream().filter(sql -> sql.contains(word)).count();
  }

  /** What was executed, but for the purge, whose first round may end late. */
  private List<String> kinds() {
    return statements.executed().stream()
        .filter(sql -> !sql.startsWith("DELETE") && !sql.contains("GOES"))
        .map(OrderCostIT::kind)
        .toList();
  }

  private static String kind(String sql) {
    if (sql.startsWith("INSERT")) {
      return "INSERT";
    }
    if (sql.startsWith("WITH")) {
      return "CLAIM";
    }
    if (sql.startsWith("UPDATE")) {
      return "MARK";
    }
    return sql.startsWith("SELECT") && sql.contains("HEAD_POLICY") ? "LOOK" : sql;
  }
}
