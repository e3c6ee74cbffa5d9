package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial's application does what steps 4 and 5 of the page say. */
class TutorialIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void survivesItsBrokerAndItsOwnKill(@TempDir Path folder) throws Exception {
    TutorialShop shop = new TutorialShop(Page.at("docs/tutorial/first-message.md"), folder);
    try (KafkaServer kafka = new KafkaServer()) {
      kafka.start();
      try (ChildProcess process = shop.start(kafka.bootstrapServers())) {
        shop.order();
        awaitPoints(shop, 10);
        assertThat(shop.database().queryForList("SELECT place FROM message_send", String.class))
            .containsExactly("0@0");

        kafka.kill();
        shop.order();
        shop.order();
        shop.order();
        assertThat(count(shop, "message_send WHERE status = 0")).isEqualTo(3);
        process.kill();
      }
      assertThat(count(shop, "orders")).isEqualTo(4);
      assertThat(count(shop, "message_send WHERE status = 0")).isEqualTo(3);

      kafka.start();
      try (ChildProcess process = shop.start(kafka.bootstrapServers())) {
        awaitPoints(shop, 40);
        assertThat(count(shop, "message_send WHERE status = 0")).isZero();
        assertThat(count(shop, "points")).isEqualTo(4);
      }
    }
  }

  private static void awaitPoints(TutorialShop shop, int points) {
    String sum = "SELECT COALESCE(SUM(amount), 0) FROM points";
    await().atMost(LIMIT).until(() -> shop.database().queryForObject(sum, Integer.class) == points);
    await().atMost(LIMIT).until(() -> count(shop, "message_send WHERE status = 0") == 0);
  }

  private static int count(TutorialShop shop, String rows) {
    Integer count = shop.database().queryForObject("SELECT count(*) FROM " + rows, Integer.class);
    return count == null ? -1 : count;
  }
}
