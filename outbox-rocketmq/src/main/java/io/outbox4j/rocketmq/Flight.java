package io.outbox4j.rocketmq;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.rocketmq.Routes.Route;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way: sorts its messages into lines, one for a queue, and waits until each has a
 * result, or until the time is over.
 *
 * <p>Topics that were not there lately are looked up by other threads, one for a topic, and delay
 * nobody.
 */
final class Flight {

  private final BiConsumer<OutgoingMessage, SendResult> results;
  private final Link link;
  private final Routes routes;
  private final ProducerSettings settings;
  private final LongSupplier clock;
  private final long start;
  private final CountDownLatch open;
  private final List<Departure> departures = new ArrayList<>();

  /** Why nothing more goes to a topic. */
  private final Map<String, SendResult> stopped = new ConcurrentHashMap<>();

  /** Why nothing more goes at all, once the transport failed under a message. */
  private volatile @Nullable SendResult grounded;

  private volatile @Nullable DefaultMQProducer producer;

  Flight(
      List<OutgoingMessage> batch,
      BiConsumer<OutgoingMessage, SendResult> results,
      Link link,
      Routes routes,
      ProducerSettings settings,
      LongSupplier clock) {
    this.results = results;
    this.link = link;
    this.routes = routes;
    this.settings = settings;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.open = new CountDownLatch(batch.size());
    batch.forEach(this::board);
  }

  private void board(OutgoingMessage message) {
    try {
      departures.add(new Departure(this, message, Wire.of(message)));
    } catch (MessageRefusedException e) {
      results.accept(
          message,
          SendResult.rejected(e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
      open.countDown();
    }
  }

  /** Returns when every message has its result. */
  void fly() {
    try {
      producer = link.running();
    } catch (MQClientException | RuntimeException e) {
      giveUp("no producer: " + e.getClass().getSimpleName());
      return;
    }
    Map<String, List<Departure>> topics = new LinkedHashMap<>();
    for (Departure departure : departures) {
      topics
          .computeIfAbsent(departure.destination.topic(), topic -> new ArrayList<>())
          .add(departure);
    }
    topics.forEach(this::depart);
    try {
      if (!open.await(left().toNanos(), TimeUnit.NANOSECONDS)) {
        giveUp("no answer in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp("the sending thread was interrupted");
    }
  }

  private Duration left() {
    return settings.giveUpAfter().minusNanos(clock.getAsLong() - start);
  }

  /** Ends the wait: what has no result gets one now. */
  void end() {
    giveUp("the transport was closed");
  }

  private void giveUp(String reason) {
    departures.forEach(departure -> departure.giveUp(reason));
  }

  private void depart(String topic, List<Departure> ofTopic) {
    Route known = routes.known(topic);
    if (known != null) {
      depart(known, ofTopic);
      return;
    }
    try {
      link.inBackground(() -> depart(routes.find(topic), ofTopic));
    } catch (RejectedExecutionException e) {
      ofTopic.forEach(departure -> departure.giveUp("the transport was closed"));
    }
  }

  private void depart(Route route, List<Departure> ofTopic) {
    SendResult obstacle = route.obstacle();
    if (obstacle != null) {
      ofTopic.forEach(departure -> departure.complete(obstacle));
      return;
    }
    Map<MessageQueue, Line> lines = new LinkedHashMap<>();
    int turn = ThreadLocalRandom.current().nextInt(1 << 20);
    for (Departure departure : ofTopic) {
      if (departure.message.key() == null) {
        turn++;
      }
      MessageQueue queue = Queues.choose(route.queues(), departure.message, turn);
      if (queue == null) {
        departure.complete(
            SendResult.rejected(
                "asks for queue "
                    + departure.message.partition()
                    + ", which the topic doesn't have"));
      } else {
        lines.computeIfAbsent(queue, q -> new Line(this, q)).add(departure);
      }
    }
    lines.values().forEach(Line::next);
  }

  /** Hands messages for one queue to the client. */
  void send(List<Message> messages, MessageQueue queue, SendCallback callback) throws Exception {
    DefaultMQProducer sender = link.running();
    // The client looks for overdue answers once a second only: the batch does not wait for that.
    long timeout = Math.max(1, Math.min(sender.getSendMsgTimeout(), left().toMillis()));
    if (messages.size() == 1) {
      sender.send(messages.get(0), queue, callback, timeout);
    } else {
      sender.send(messages, queue, callback, timeout);
    }
  }

  /** Whether a message is one that the client compresses, which it does not do in a batch. */
  boolean isLarge(Departure departure) {
    DefaultMQProducer sender = producer;
    return sender != null
        && departure.wire.getBody().length >= sender.getCompressMsgBodyOverHowmuch();
  }

  /** Why a message can't go now, or null. */
  @Nullable SendResult obstacle(Departure departure) {
    if (clock.getAsLong() - start > settings.handOverWithin().toNanos()) {
      return SendResult.transportUnavailable(
          false, "no time was left within " + settings.sendLimit());
    }
    SendResult whole = grounded;
    return whole != null ? whole : stopped.get(departure.destination.topic());
  }

  /** Something is unavailable: those that wait for it need not try. */
  void stop(Departure departure, Unavailable unavailable) {
    String topic = departure.destination.topic();
    routes.doubt(topic);
    if (unavailable.scope() == Scope.TRANSPORT) {
      grounded = SendResult.transportUnavailable(false, unavailable.reason());
    } else {
      stopped.put(topic, SendResult.destinationUnavailable(false, unavailable.reason()));
    }
  }

  void missing(String topic) {
    routes.forget(topic);
  }

  void report(Departure departure, SendResult result) {
    results.accept(departure.message, result);
    open.countDown();
  }
}
