package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.docs.Page.CodeBlock;
import io.outbox4j.docs.snippet.tutorial.ShopApplication;
import io.outbox4j.testkit.server.KafkaServer;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tutorial's application, with the page's own properties and SQL, does what the page says. */
class TutorialIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Page page = Page.at("docs/tutorial/first-message.md");
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void survivesItsBrokerAndItsOwnEnd(@TempDir Path folder) throws Exception {
    try (KafkaServer kafka = new KafkaServer()) {
      kafka.start();
      try (ConfigurableApplicationContext shop = start(folder, kafka)) {
        order(shop);
        awaitPoints(shop, 10);
        assertThat(jdbc(shop).queryForList("SELECT place FROM message_send", String.class))
            .containsExactly("0@0");

        kafka.kill();
        order(shop);
        order(shop);
        order(shop);
        assertThat(unsent(shop)).isEqualTo(3);
      }
      kafka.start();
      try (ConfigurableApplicationContext shop = start(folder, kafka)) {
        awaitPoints(shop, 40);
        assertThat(unsent(shop)).isZero();
      }
    }
  }

  private ConfigurableApplicationContext start(Path folder, KafkaServer kafka) throws Exception {
    Properties properties = new Properties();
    properties.load(new StringReader(first("properties")));
    Path schema = Files.writeString(folder.resolve("schema.sql"), first("sql"));
    String url = properties.getProperty("spring.datasource.url");
    properties.setProperty("spring.datasource.url", url.replace("./data", folder.toString()));
    properties.setProperty("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
    properties.setProperty("spring.sql.init.schema-locations", schema.toUri().toString());
    properties.setProperty("server.port", "0");
    // What the page tells takes a minute, most of it the grace.
    properties.setProperty("outbox.kafka.send-limit", "5s");
    properties.setProperty("outbox.send.grace", "11s");
    properties.setProperty("outbox.send.lease", "11s");
    properties.setProperty("outbox.send.shutdown-limit", "2s");
    properties.setProperty("spring.lifecycle.timeout-per-shutdown-phase", "5s");
    return new SpringApplicationBuilder(ShopApplication.class).properties(properties).run();
  }

  private String first(String language) {
    return page.code().stream()
        .filter(block -> block.language().equals(language))
        .findFirst()
        .map(CodeBlock::text)
        .orElseThrow();
  }

  private void order(ConfigurableApplicationContext shop) throws Exception {
    String port = shop.getEnvironment().getProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders/ada"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private static void awaitPoints(ConfigurableApplicationContext shop, int points) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        jdbc(shop)
                            .queryForObject(
                                "SELECT COALESCE(SUM(amount), 0) FROM points", Integer.class))
                    .isEqualTo(points));
    await().atMost(LIMIT).until(() -> unsent(shop) == 0);
  }

  private static int unsent(ConfigurableApplicationContext shop) {
    Integer count =
        jdbc(shop)
            .queryForObject("SELECT COUNT(*) FROM message_send WHERE status = 0", Integer.class);
    return count == null ? 0 : count;
  }

  private static JdbcTemplate jdbc(ConfigurableApplicationContext shop) {
    return shop.getBean(JdbcTemplate.class);
  }
}
