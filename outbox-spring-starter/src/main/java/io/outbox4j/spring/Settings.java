package io.outbox4j.spring;

import io.outbox4j.ConfigurationException;
import io.outbox4j.InboxSettings;
import io.outbox4j.PurgeSettings;
import io.outbox4j.SendSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.TopicSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The properties in the words of the engine. */
record Settings(OutboxProperties properties, RetrySettings retries, Duration phaseTimeout) {

  private static final Duration USUAL_SHUTDOWN = SendSettings.ofDefaults().shutdownLimit();

  Settings(OutboxProperties properties, Duration phaseTimeout) {
    this(properties, RetrySettings.of(properties), phaseTimeout);
  }

  SendSettings send() {
    OutboxProperties.Send send = properties.send();
    return new SendSettings(
        send.grace(),
        send.lease(),
        send.pollInterval(),
        send.batchSize(),
        send.batchesInFlight(),
        send.roomMessages(),
        send.roomBytes().toBytes(),
        retries.usual(),
        shutdownLimit());
  }

  /** Spring stops waiting at the end of its phase, and closes the DataSource. */
  private Duration shutdownLimit() {
    Duration wanted = properties.send().shutdownLimit();
    if (wanted == null) {
      Duration most = phaseTimeout.multipliedBy(2).dividedBy(3);
      return most.compareTo(USUAL_SHUTDOWN) < 0 ? most : USUAL_SHUTDOWN;
    }
    if (wanted.compareTo(phaseTimeout) > 0) {
      throw new ConfigurationException(
          List.of(
              "outbox.send.shutdown-limit is %s, but Spring waits no longer than spring.lifecycle.timeout-per-shutdown-phase (%s): lower the one or raise the other"
                  .formatted(wanted, phaseTimeout)));
    }
    return wanted;
  }

  Map<String, TopicSettings> topics() {
    Map<String, TopicSettings> topics = new LinkedHashMap<>();
    properties
        .topics()
        .forEach(
            (pattern, topic) ->
                topics.put(
                    pattern,
                    new TopicSettings(
                        topic.ordered(), topic.headPolicy(), retries.topics().get(pattern))));
    return topics;
  }

  PurgeSettings purge() {
    OutboxProperties.Purge purge = properties.purge();
    return new PurgeSettings(
        purge.sentRetention(),
        purge.consumedRetention(),
        purge.interval(),
        purge.batchSize(),
        purge.pause());
  }

  TableSettings tables() {
    return new TableSettings(
        properties.schema().name(),
        properties.tables().send(),
        properties.tables().consume(),
        properties.schema().initialize());
  }

  /** Keeps what it is given: whether that is the payload is decided per listener. */
  InboxSettings inbox() {
    return new InboxSettings(properties.inbox().duplicateWait(), true);
  }
}
