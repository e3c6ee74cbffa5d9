package io.outbox4j.rabbit;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A channel with publisher confirms, matched by sequence number. It is lent to one batch at a time,
 * whose thread publishes; the broker's words come on the client's thread.
 */
final class Lane {

  private final Channel channel;
  private final Link link;
  private final NavigableMap<Long, Departure> unconfirmed = new ConcurrentSkipListMap<>();
  private volatile Runnable change = () -> {};
  private boolean miscounted;

  private Lane(Channel channel, Link link) {
    this.channel = channel;
    this.link = link;
  }

  /** Makes a channel ready, which takes an answer of the broker. */
  static Lane on(Channel channel, Link link) throws IOException {
    Lane lane = new Lane(channel, link);
    channel.addConfirmListener(
        new ConfirmListener() {
          @Override
          public void handleAck(long number, boolean multiple) {
            lane.confirmed(number, multiple, true);
          }

          @Override
          public void handleNack(long number, boolean multiple) {
            lane.confirmed(number, multiple, false);
          }
        });
    channel.addReturnListener(
        returned ->
            lane.returned(returned.getProperties().getMessageId(), returned.getReplyCode()));
    channel.addShutdownListener(end -> lane.change.run());
    channel.confirmSelect();
    return lane;
  }

  /** Calls this, on the client's thread, when the lane is idle or closed. */
  void use(Runnable onChange) {
    change = onChange;
  }

  boolean isOpen() {
    return !miscounted && channel.isOpen();
  }

  /** Whether the client's numbers are off, so that the lane is not used any more. */
  boolean isMiscounted() {
    return miscounted;
  }

  /** Whether nothing is on its way. */
  boolean isIdle() {
    return unconfirmed.isEmpty();
  }

  /** Hands a message to the client. Returns false when the lane is closed and took nothing. */
  boolean publish(Departure departure) {
    Publication publication = departure.publication;
    if (!departure.depart()) {
      return true;
    }
    long number = channel.getNextPublishSeqNo();
    unconfirmed.put(number, departure);
    try {
      channel.basicPublish(
          publication.route().exchange(),
          publication.route().routingKey(),
          true,
          publication.properties(),
          publication.body());
    } catch (AlreadyClosedException e) {
      unconfirmed.remove(number);
      departure.stay();
      return false;
    } catch (IOException e) {
      link.drop(Trouble.name(e));
    } catch (RuntimeException e) {
      // The client has counted a message that the broker never sees: its numbers are off.
      miscounted = true;
      unconfirmed.remove(number);
      boolean unencodable = e instanceof IllegalArgumentException;
      departure.fail(
          unencodable ? Trouble.UNENCODABLE : Trouble.OTHER, !unencodable, Trouble.name(e));
    }
    return true;
  }

  /** The keys of what has no confirm. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>();
    for (Departure departure : unconfirmed.values()) {
      String key = departure.message.key();
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** Takes what has no confirm, in the order in which it was published. */
  List<Departure> takeUnconfirmed() {
    List<Departure> all = List.copyOf(unconfirmed.values());
    unconfirmed.clear();
    return all;
  }

  /** The code with which the broker closed the channel; 0 when it did not. */
  int endCode() {
    return Trouble.codeOf(channel.getCloseReason());
  }

  /** Closes the channel, which takes an answer of the broker. */
  void close() {
    try {
      channel.abort();
    } catch (IOException | RuntimeException e) {
      // It is closed already, or the connection is lost.
    }
  }

  private void returned(String messageId, int code) {
    link.heard();
    unconfirmed.values().stream()
        .filter(departure -> departure.message.id().toString().equals(messageId))
        .forEach(departure -> departure.returned(Trouble.of(code)));
  }

  private void confirmed(long number, boolean multiple, boolean taken) {
    link.heard();
    NavigableMap<Long, Departure> meant =
        unconfirmed.subMap(multiple ? Long.MIN_VALUE : number, true, number, true);
    while (true) {
      var next = meant.pollFirstEntry();
      if (next == null) {
        break;
      }
      Departure departure = next.getValue();
      link.found(departure.publication.route().exchange());
      link.took(departure.size());
      departure.confirmed(taken);
    }
    if (unconfirmed.isEmpty()) {
      change.run();
    }
  }
}
