package io.outbox4j.rocketmq;

import io.outbox4j.spi.SendResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.topic.TopicValidator;
import org.jspecify.annotations.Nullable;

/**
 * Which queues a topic has, by the name servers. What is known is used at once, and looked up anew
 * in the background when it is old.
 */
final class Routes {

  /**
   * The queues of a topic, or why there are none.
   *
   * @param queues where to send, not empty unless there is an obstacle
   * @param obstacle why nothing can be sent, or null
   * @param found when, by the clock
   */
  record Route(List<MessageQueue> queues, @Nullable SendResult obstacle, long found) {}

  private static final long OLD = TimeUnit.SECONDS.toNanos(10);

  private final Link link;
  private final LongSupplier clock;
  private final Map<String, Route> known = new ConcurrentHashMap<>();

  Routes(Link link, LongSupplier clock) {
    this.link = link;
    this.clock = clock;
  }

  /** The route of a topic that was there lately, without waiting; null for others. */
  @Nullable Route known(String topic) {
    Route route = known.get(topic);
    if (route != null && clock.getAsLong() - route.found() > OLD) {
      Route young = new Route(route.queues(), null, clock.getAsLong());
      // Only one thread looks.
      if (known.replace(topic, route, young)) {
        try {
          link.inBackground(() -> find(topic));
        } catch (RejectedExecutionException closed) {
          return null;
        }
      }
    }
    return route;
  }

  /** Asks the name servers, and waits for their answer. */
  Route find(String topic) {
    Route route = look(topic);
    if (route.obstacle() == null) {
      known.put(topic, route);
    } else if (route.obstacle() instanceof SendResult.Unavailable unavailable
        && unavailable.scope() == SendResult.Scope.DESTINATION) {
      known.remove(topic);
    }
    return route;
  }

  /** The next message to this topic lets its route be looked up anew. */
  void doubt(String topic) {
    known.computeIfPresent(
        topic, (name, route) -> new Route(route.queues(), null, clock.getAsLong() - OLD - 1));
  }

  /** A broker does not know the topic. */
  void forget(String topic) {
    known.remove(topic);
  }

  private Route look(String topic) {
    DefaultMQProducer producer;
    try {
      producer = link.running();
    } catch (MQClientException | RuntimeException e) {
      return none(SendResult.transportUnavailable(false, "no producer: " + name(e)));
    }
    try {
      return some(producer.fetchPublishMessageQueues(topic));
    } catch (MQClientException e) {
      return nameServersAnswered(e)
          ? notThere(producer, topic, e)
          : none(SendResult.transportUnavailable(false, "no name server: " + name(e)));
    } catch (RuntimeException e) {
      return none(SendResult.transportUnavailable(false, name(e)));
    }
  }

  /** A topic without a route is missing, or all brokers are away that have it. */
  private Route notThere(DefaultMQProducer producer, String topic, MQClientException error) {
    if (error.getCause() == null) {
      return none(SendResult.destinationUnavailable(false, "no queue of the topic takes messages"));
    }
    try {
      // Brokers that make missing topics offer this one.
      return some(
          producer.fetchPublishMessageQueues(producer.getCreateTopicKey()).stream()
              .filter(queue -> queue.getQueueId() < producer.getDefaultTopicQueueNums())
              .map(queue -> new MessageQueue(topic, queue.getBrokerName(), queue.getQueueId()))
              .toList());
    } catch (MQClientException e) {
      return none(
          anyBroker(producer)
              ? SendResult.destinationUnavailable(false, "the name servers know no such topic")
              : SendResult.transportUnavailable(false, "the name servers know no broker"));
    }
  }

  /** Every broker has this topic, for tests of its own. */
  private static boolean anyBroker(DefaultMQProducer producer) {
    try {
      return !producer.fetchPublishMessageQueues(TopicValidator.RMQ_SYS_SELF_TEST_TOPIC).isEmpty();
    } catch (MQClientException e) {
      return false;
    }
  }

  private static boolean nameServersAnswered(MQClientException error) {
    return error.getCause() == null || error.getCause() instanceof MQClientException;
  }

  private Route some(List<MessageQueue> queues) {
    return queues.isEmpty()
        ? none(SendResult.destinationUnavailable(false, "no queue of the topic takes messages"))
        : new Route(List.copyOf(queues), null, clock.getAsLong());
  }

  private Route none(SendResult obstacle) {
    return new Route(List.of(), obstacle, clock.getAsLong());
  }

  private static String name(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }
}
