package io.outbox4j.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.MessageRefusedException;

/**
 * Where a message goes: the topic {@code exchange/routing.key}, parted at its first slash. Nothing
 * before the slash is the default exchange, which routes to the queue that the key names.
 */
record Route(String exchange, String routingKey) {

  /** What a short string of AMQP holds. */
  private static final int MOST_BYTES = 255;

  /**
   * Reads a topic.
   *
   * @throws MessageRefusedException when it names no exchange and key of RabbitMQ
   */
  static Route of(String topic) {
    int slash = topic.indexOf('/');
    if (slash < 0) {
      throw new MessageRefusedException(
          "topic",
          "has no slash: write exchange/routing.key, or /queue for a queue of the default"
              + " exchange");
    }
    Route route = new Route(topic.substring(0, slash), topic.substring(slash + 1));
    if (route.exchange.isEmpty() && route.routingKey.isEmpty()) {
      throw new MessageRefusedException(
          "topic", "names neither exchange nor queue: write exchange/routing.key or /queue");
    }
    checkLength("an exchange", route.exchange);
    checkLength("a routing key", route.routingKey);
    return route;
  }

  /** The topic that this was read from. */
  String topic() {
    return exchange + "/" + routingKey;
  }

  /** Whether a text is a short string of AMQP. */
  static boolean isShort(String text) {
    return text.getBytes(UTF_8).length <= MOST_BYTES;
  }

  private static void checkLength(String what, String text) {
    if (!isShort(text)) {
      throw new MessageRefusedException(
          "topic", "has " + what + " of more than " + MOST_BYTES + " bytes in UTF-8: shorten it");
    }
  }
}
