package io.outbox4j.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerSettingsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("acks", "1"),
        Arguments.of("acks", "0"),
        Arguments.of("enable.idempotence", "false"),
        Arguments.of("enable.idempotence", false),
        Arguments.of("retries", 0),
        Arguments.of("max.in.flight.requests.per.connection", "6"),
        Arguments.of("transactional.id", "mine"),
        Arguments.of("delivery.timeout.ms", 120_000),
        Arguments.of("max.block.ms", "60000"),
        Arguments.of("request.timeout.ms", 30_000),
        Arguments.of("linger.ms", "12000"),
        Arguments.of("retry.backoff.max.ms", 5_000),
        Arguments.of("max.block.ms", "soon"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatBreaksAPromiseIsNamedWithItsValueAndTheWayOut(String setting, Object value) {
    try (Transport transport = KafkaTransport.of(with(setting, value))) {
      assertThatThrownBy(transport::start)
          .isInstanceOfSatisfying(
              ConfigurationException.class,
              e ->
                  assertThat(e.problems())
                      .singleElement()
                      .asString()
                      .contains(setting, String.valueOf(value))
                      .containsAnyOf("set it", "remove", "lower", "must be"));
    }
  }

  @Test
  void allProblemsComeAtOnce() {
    Map<String, Object> config = Map.of("acks", "1", "retries", "0");
    try (Transport transport = KafkaTransport.of(config)) {
      assertThatThrownBy(transport::start)
          .isInstanceOfSatisfying(
              ConfigurationException.class, e -> assertThat(e.problems()).hasSize(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "-1", " ALL "})
  void acksOfAllAreFine(String acks) {
    assertThat(new ProducerSettings(with("acks", acks), LIMIT).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 5000, 12000",
    "6000, 1500, 3600",
    "60000, 15000, 36000",
  })
  void timesFollowFromTheSendLimit(long limit, long block, long delivery) {
    ProducerSettings settings = new ProducerSettings(with("client.id", "c"), millis(limit));

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.config())
        .containsEntry("max.block.ms", "" + block)
        .containsEntry("delivery.timeout.ms", "" + delivery)
        .containsEntry("request.timeout.ms", "" + delivery / 2);
    assertThat(settings.handOverWithin().plusMillis(delivery)).isLessThan(settings.giveUpAfter());
    assertThat(settings.giveUpAfter()).isLessThan(settings.sendLimit());
    assertThatCode(() -> new ProducerConfig(withSerializers(settings.config())))
        .doesNotThrowAnyException();
  }

  @Test
  void oneTimeGivenLeavesTheRestToTheOther() {
    ProducerSettings given = new ProducerSettings(with("delivery.timeout.ms", 18_000), LIMIT);

    assertThat(given.problems()).isEmpty();
    assertThat(given.config()).containsEntry("max.block.ms", "1000");
  }

  @Test
  void theUsersOwnValuesStay() {
    Map<String, Object> config = with("delivery.timeout.ms", 10_000);
    config.put("max.block.ms", "2000");
    config.put("compression.type", "lz4");

    assertThat(new ProducerSettings(config, LIMIT).config()).containsAllEntriesOf(config);
  }

  @Test
  void aBrokerThatNobodyKnowsYetIsNoError() {
    Map<String, Object> config = Map.of("bootstrap.servers", "nowhere.invalid:9092");
    try (Transport transport = KafkaTransport.of(config)) {
      assertThatCode(transport::start).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "http//x"})
  void aBrokerThatIsWrittenWrongIsAnError(String servers) {
    try (Transport transport = KafkaTransport.of(Map.of("bootstrap.servers", servers))) {
      assertThatThrownBy(transport::start)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("bootstrap.servers");
    }
  }

  @Test
  void whatTheClientItselfRefusesIsAnError() {
    try (Transport transport = KafkaTransport.of(with("compression.type", "wishful"))) {
      assertThatThrownBy(transport::start)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("compression.type");
    }
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Map<String, Object> with(String setting, Object value) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:1");
    config.put(setting, value);
    return config;
  }

  private static Map<String, Object> withSerializers(Map<String, Object> config) {
    Map<String, Object> all = new HashMap<>(config);
    all.put("key.serializer", ByteArraySerializer.class);
    all.put("value.serializer", ByteArraySerializer.class);
    return all;
  }
}
