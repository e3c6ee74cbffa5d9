package io.outbox4j.rocketmq;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.exception.RemotingTimeoutException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.jspecify.annotations.Nullable;

/**
 * One look at the brokers that have the topics, or at all that the name servers know. How messages
 * are kept is the broker's setting in RocketMQ, not the topic's.
 *
 * <p>Asks through the producer's own connections, by requests that RocketMQ's administration tool
 * makes. They are not part of the client's public interface: of a client that lacks them nothing is
 * seen.
 */
final class Inspection {

  private static final URI BROKER_PAGE =
      URI.create("https://github.com/apache/rocketmq/blob/develop/docs/en/Operations_Broker.md");
  private static final URI QUORUM_PAGE =
      URI.create("https://github.com/apache/rocketmq/blob/develop/docs/en/QuorumACK.md");

  private final DefaultMQProducer producer;
  private final MQClientAPIImpl client;
  private final long end;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Unseen> unseen = new ArrayList<>();

  @SuppressWarnings("deprecation")
  private Inspection(DefaultMQProducer producer, Duration limit) {
    this.producer = producer;
    this.client = producer.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
    this.end = System.nanoTime() + limit.toNanos();
  }

  /** Looks. */
  static SafetyReport of(Link link, RoutedTopics topics, Duration limit) {
    try {
      Inspection inspection = new Inspection(link.running(), limit);
      for (BrokerData broker : inspection.brokers(topics)) {
        inspection.lookAt(broker);
      }
      return new SafetyReport(inspection.findings, inspection.unseen);
    } catch (MQBrokerException | MQClientException | RemotingException e) {
      return SafetyReport.unseen("all", name(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SafetyReport.unseen("all", "interrupted");
    }
  }

  private Collection<BrokerData> brokers(RoutedTopics topics)
      throws RemotingException, MQBrokerException, InterruptedException {
    Map<String, BrokerData> brokers = new TreeMap<>();
    if (topics.areOpen() || !topics.families().isEmpty()) {
      brokers.putAll(client.getBrokerClusterInfo(left()).getBrokerAddrTable());
    } else {
      for (String name : topics.names()) {
        try {
          String topic = producer.withNamespace(Destination.of(name).topic());
          client
              .getTopicRouteInfoFromNameServer(topic, left())
              .getBrokerDatas()
              .forEach(broker -> brokers.put(broker.getBrokerName(), broker));
        } catch (MQClientException e) {
          boolean missing = e.getResponseCode() == ResponseCode.TOPIC_NOT_EXIST;
          unseen.add(new Unseen(name, missing ? "it is not there" : name(e)));
        } catch (MessageRefusedException e) {
          unseen.add(new Unseen(name, "it is no topic of RocketMQ"));
        }
      }
    }
    return brokers.values();
  }

  private void lookAt(BrokerData broker) throws InterruptedException {
    String name = broker.getBrokerName();
    String master = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
    if (master == null) {
      unseen.add(new Unseen(name, "it has no master now"));
      return;
    }
    try {
      findings.addAll(of(name, client.getBrokerConfig(master, left())));
    } catch (RemotingException | MQBrokerException | UnsupportedEncodingException e) {
      unseen.add(new Unseen(name, name(e)));
    }
  }

  /** What is wrong with a master that has these settings. */
  static List<Finding> of(String broker, Properties settings) {
    Finding alone = alone(broker, settings);
    if (alone == null) {
      // In the memory of several machines at once: what RocketMQ's manual recommends.
      return List.of();
    }
    if (!is(settings, "flushDiskType", "ASYNC_FLUSH")) {
      return List.of(alone);
    }
    return List.of(
        alone,
        new Finding(
            broker,
            "flushDiskType is ASYNC_FLUSH: what is acknowledged may be in memory only, and is"
                + " lost with the power",
            "set it to SYNC_FLUSH, or replicate synchronously",
            BROKER_PAGE));
  }

  /** Why the master may acknowledge what no other has, or null. */
  private static @Nullable Finding alone(String broker, Properties settings) {
    if (is(settings, "enableDLegerCommitLog", "true")) {
      return null;
    }
    if (is(settings, "brokerRole", "ASYNC_MASTER")) {
      return new Finding(
          broker,
          "brokerRole is ASYNC_MASTER, so that what is acknowledged may be lost with one disk",
          "set it to SYNC_MASTER, and inSyncReplicas=2",
          BROKER_PAGE);
    }
    if (is(settings, "inSyncReplicas", "1") && !is(settings, "allAckInSyncStateSet", "true")) {
      return new Finding(
          broker,
          "inSyncReplicas is 1, so that SYNC_MASTER acknowledges alone, and what it acknowledged"
              + " may be lost with one disk",
          "set it to 2",
          QUORUM_PAGE);
    }
    if (is(settings, "enableAutoInSyncReplicas", "true")
        && is(settings, "minInSyncReplicas", "1")) {
      return new Finding(
          broker,
          "enableAutoInSyncReplicas is true and minInSyncReplicas is 1: without its slaves the"
              + " master acknowledges alone",
          "set minInSyncReplicas=2",
          QUORUM_PAGE);
    }
    return null;
  }

  private static boolean is(Properties settings, String name, String value) {
    return value.equals(settings.getProperty(name));
  }

  private long left() throws RemotingTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (left <= 0) {
      throw new RemotingTimeoutException("no time left");
    }
    return Math.min(left, producer.getMqClientApiTimeout());
  }

  /** Texts may quote anything. */
  private static String name(Exception error) {
    String name = error.getClass().getSimpleName();
    return error instanceof MQBrokerException refusal
        ? name + ", code " + refusal.getResponseCode()
        : name;
  }
}
