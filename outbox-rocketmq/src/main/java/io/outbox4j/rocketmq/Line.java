package io.outbox4j.rocketmq;

import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Unavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

/**
 * The messages of a batch for one queue, in order: one request after the other, since neither the
 * client nor the broker keeps the order of two that are on their way. A request holds many
 * messages, which are stored all or none.
 */
final class Line {

  private static final int MOST_MESSAGES = 200;
  private static final int MOST_BYTES = 128 << 10;

  private final Flight flight;
  private final MessageQueue queue;
  private final Deque<Departure> waiting = new ArrayDeque<>();

  /** So many of the first ones travel alone, after a request that held them was refused. */
  private int alone;

  Line(Flight flight, MessageQueue queue) {
    this.flight = flight;
    this.queue = queue;
  }

  void add(Departure departure) {
    waiting.add(departure);
  }

  /** Makes the next request, if there is one to make. Called by one thread at a time. */
  void next() {
    List<Departure> departures = take();
    while (!departures.isEmpty() && !new Request(departures).send()) {
      departures = take();
    }
  }

  private List<Departure> take() {
    List<Departure> taken = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && taken.size() < MOST_MESSAGES) {
      Departure first = waiting.peek();
      SendResult obstacle = flight.obstacle(first);
      if (obstacle != null) {
        waiting.remove();
        first.complete(obstacle);
        continue;
      }
      boolean travelsAlone = alone > 0 || flight.isLarge(first);
      bytes += first.size();
      if (!taken.isEmpty() && (travelsAlone || bytes > MOST_BYTES)) {
        return taken;
      }
      waiting.remove();
      if (first.depart()) {
        taken.add(first);
      }
      if (travelsAlone) {
        alone = Math.max(0, alone - 1);
        if (!taken.isEmpty()) {
          return taken;
        }
      }
    }
    return taken;
  }

  /** One request to the broker. */
  private final class Request implements SendCallback {

    private final List<Departure> departures;
    private final AtomicBoolean answered = new AtomicBoolean();

    Request(List<Departure> departures) {
      this.departures = departures;
    }

    /** Whether an answer will come, or is there already. */
    boolean send() {
      try {
        List<Message> messages = departures.stream().map(departure -> departure.wire).toList();
        flight.send(messages, queue, this);
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return !failed(e);
      } catch (Exception e) {
        return !failed(e);
      }
    }

    @Override
    public void onSuccess(org.apache.rocketmq.client.producer.SendResult answer) {
      if (answered.getAndSet(true)) {
        return;
      }
      if (answer.getSendStatus() == SendStatus.SEND_OK) {
        MessageQueue at = answer.getMessageQueue();
        long offset = answer.getQueueOffset();
        for (int i = 0; i < departures.size(); i++) {
          String place = at.getBrokerName() + "/" + at.getQueueId() + "@" + (offset + i);
          departures.get(i).complete(SendResult.acknowledged(place));
        }
      } else {
        complete(SendErrors.of(answer.getSendStatus()));
      }
      next();
    }

    @Override
    public void onException(Throwable error) {
      if (failed(error)) {
        next();
      }
    }

    /** Whether it was not known yet. */
    private boolean failed(Throwable error) {
      if (answered.getAndSet(true)) {
        return false;
      }
      if (SendErrors.isCode(error, ResponseCode.TOPIC_NOT_EXIST)) {
        flight.missing(departures.get(0).destination.topic());
      }
      SendResult result = SendErrors.of(error);
      boolean atFaultTogether =
          result instanceof Rejected
              || SendErrors.isCode(error, ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
      if (departures.size() > 1 && atFaultTogether) {
        for (int i = departures.size() - 1; i >= 0; i--) {
          departures.get(i).stay();
          waiting.addFirst(departures.get(i));
        }
        alone += departures.size();
      } else {
        complete(result);
      }
      return true;
    }

    private void complete(SendResult result) {
      if (result instanceof Unavailable unavailable) {
        flight.stop(departures.get(0), unavailable);
      }
      departures.forEach(departure -> departure.complete(result));
    }
  }
}
