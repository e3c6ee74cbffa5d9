package io.outbox4j.rocketmq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/**
 * How a send limit is shared out, what of the user's producer is changed for it, and what is wrong
 * with it.
 */
final class ProducerSettings {

  /** So soon the client learns that a broker moved to another address. */
  private static final int MOST_POLL_INTERVAL = 5_000;

  private final long limit;
  private final long margin;

  ProducerSettings(Duration sendLimit) {
    limit = sendLimit.toMillis();
    margin = limit / 20;
  }

  /** What is wrong, each with the setting, its value and the way out. */
  List<String> problems(DefaultMQProducer producer) {
    List<String> problems = new ArrayList<>();
    String servers = producer.getNamesrvAddr();
    if (servers == null || servers.isBlank()) {
      problems.add("namesrvAddr is missing: name at least one name server, as host:port");
    }
    if (producer.getSendMsgTimeout() < 1) {
      problems.add(
          "sendMsgTimeout is "
              + producer.getSendMsgTimeout()
              + " ms: no broker can answer within that; set it to some seconds, or remove it");
    }
    return problems;
  }

  /**
   * Sets what the outbox relies on. The outbox sends again itself, in order and after a while: the
   * client's own retries would send copies, and take the order away.
   */
  void apply(DefaultMQProducer producer) {
    producer.setRetryTimesWhenSendFailed(0);
    producer.setRetryTimesWhenSendAsyncFailed(0);
    producer.setEnableBackpressureForAsyncMode(false);
    producer.setPollNameServerInterval(
        Math.min(producer.getPollNameServerInterval(), MOST_POLL_INTERVAL));
    producer.setMqClientApiTimeout(
        (int) Math.min(producer.getMqClientApiTimeout(), Math.max(1, limit / 6)));
  }

  Duration sendLimit() {
    return Duration.ofMillis(limit);
  }

  /** When a batch gives up what has no result, counted from its start. */
  Duration giveUpAfter() {
    return Duration.ofMillis(limit - margin / 2);
  }

  /** Until when requests of a batch may be made, counted from its start. */
  Duration handOverWithin() {
    return Duration.ofMillis(limit - 3 * margin);
  }
}
