package io.outbox4j.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The user's producer configuration, completed with what he left open, and what is wrong with it.
 *
 * <p>A send limit is shared out so: {@code max.block.ms} (a quarter) for the topic's metadata, then
 * {@code delivery.timeout.ms} (six tenths) for the broker's answer; the rest is margin.
 */
final class ProducerSettings {

  private static final Map<String, Object> DEFAULTS = ProducerConfig.configDef().defaultValues();

  private final Map<String, Object> config;
  private final Set<String> problems = new LinkedHashSet<>();
  private final long limit;
  private final long margin;
  private final long block;
  private final long delivery;

  ProducerSettings(Map<String, Object> user, Duration sendLimit) {
    config = new HashMap<>(user);
    limit = sendLimit.toMillis();
    margin = limit / 20;
    checkBootstrapServers();
    checkDurability();
    long freeForBoth = limit - margin;
    long givenBlock = given(ProducerConfig.MAX_BLOCK_MS_CONFIG, limit / 4);
    delivery =
        orElse(
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Math.min(limit * 6 / 10, Math.max(1, freeForBoth - givenBlock)));
    block =
        orElse(
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            Math.min(limit / 4, Math.max(1, freeForBoth - delivery)));
    checkTimes(freeForBoth);
  }

  /** What the producer is made from. */
  Map<String, Object> config() {
    return config;
  }

  /** What is wrong, each with the setting, its value and the way out. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  Duration sendLimit() {
    return Duration.ofMillis(limit);
  }

  /** When a batch gives up what has no result, counted from its start. */
  Duration giveUpAfter() {
    return Duration.ofMillis(limit - margin / 2);
  }

  /** Until when records of a batch may be handed to the client, counted from its start. */
  Duration handOverWithin() {
    return Duration.ofMillis(limit - margin - delivery);
  }

  /** How long the client itself keeps a record; one that it still has later is stuck. */
  Duration kept() {
    return Duration.ofMillis(delivery + margin / 2);
  }

  /** A cluster that sent nothing for so long, while something is asked of it, is taken as away. */
  Duration silence() {
    return Duration.ofMillis(Math.min(block, delivery) * 6 / 10);
  }

  /** The most bytes of a record, as the client counts them. */
  long maxRecordSize() {
    return Math.min(
        given(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 0),
        given(ProducerConfig.BUFFER_MEMORY_CONFIG, 0));
  }

  private void checkBootstrapServers() {
    Object servers = config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    if (servers == null || servers.toString().isBlank()) {
      problems.add("bootstrap.servers is missing: name at least one broker, as host:port");
    }
  }

  private void checkDurability() {
    Object acks = config.getOrDefault(ProducerConfig.ACKS_CONFIG, "all");
    String text = String.valueOf(acks).trim().toLowerCase(Locale.ROOT);
    if (!text.equals("all") && !text.equals("-1")) {
      problems.add(
          "acks is "
              + acks
              + ": an acknowledged message could be lost with one broker; set it to all, or remove"
              + " it");
    }
    Object idempotence = config.get(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);
    if (idempotence != null && !Boolean.parseBoolean(String.valueOf(idempotence).trim())) {
      problems.add(
          "enable.idempotence is "
              + idempotence
              + ": the client's own retries could duplicate and reorder messages; set it to true,"
              + " or remove it");
    }
    if (given(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE) == 0) {
      problems.add(
          "retries is 0: an idempotent producer needs retries; remove it,"
              + " delivery.timeout.ms is the limit");
    }
    long inFlight = given(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
    if (inFlight > 5) {
      problems.add(
          "max.in.flight.requests.per.connection is "
              + inFlight
              + ": the client's own retries could reorder messages; set it to 5 or less, or remove"
              + " it");
    }
    if (config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null) {
      problems.add(
          "transactional.id is "
              + config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG)
              + ": the outbox opens no Kafka transactions, so that every send would fail; remove"
              + " it");
    }
    config.putIfAbsent(ProducerConfig.ACKS_CONFIG, "all");
    config.putIfAbsent(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // The records are bytes already.
    config.remove(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG);
    config.remove(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
  }

  private void checkTimes(long freeForBoth) {
    if (block + delivery > freeForBoth) {
      problems.add(
          "max.block.ms ("
              + block
              + ") and delivery.timeout.ms ("
              + delivery
              + ") together exceed "
              + freeForBoth
              + " ms, what the transport's send limit of "
              + limit
              + " ms leaves for them; lower or remove them, or give the transport a longer send"
              + " limit");
    }
    long linger = given(ProducerConfig.LINGER_MS_CONFIG, 0);
    long request = orElse(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, delivery / 2));
    if (linger + request > delivery && block + delivery <= freeForBoth) {
      problems.add(
          "linger.ms ("
              + linger
              + ") and request.timeout.ms ("
              + request
              + ") together exceed delivery.timeout.ms ("
              + delivery
              + "); lower or remove them");
    }
    long backoff = given(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 0);
    if (config.containsKey(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG)
        && backoff > silence().toMillis() / 2) {
      problems.add(
          "retry.backoff.max.ms is "
              + backoff
              + ": with this send limit it must be at most "
              + silence().toMillis() / 2
              + ", or an absent broker could not be told from a missing topic; lower or remove it");
    }
    long usual = Math.max(1, Math.min(backoff, silence().toMillis() / 2));
    config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, usual);
    if (given(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 0) > usual) {
      config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, usual);
    }
  }

  private long orElse(String name, long value) {
    // The client wants an int for some of them.
    config.putIfAbsent(name, String.valueOf(value));
    return given(name, value);
  }

  private long given(String name, long otherwise) {
    Object value = config.get(name);
    if (value == null) {
      Object usual = DEFAULTS.get(name);
      return otherwise == 0 && usual instanceof Number number ? number.longValue() : otherwise;
    }
    try {
      return ((Number) ConfigDef.parseType(name, value, Type.LONG)).longValue();
    } catch (ConfigException e) {
      problems.add(name + " is " + value + ": it must be a number");
      return otherwise;
    }
  }
}
