package io.outbox4j.rabbit;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a broker says that it is. Others than RabbitMQ speak AMQP 0-9-1 too.
 *
 * @param product its name
 * @param major the first number of its version; 0 if it can't be read
 * @param minor the second
 */
record BrokerVersion(String product, int major, int minor) {

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\D.*)?");

  /** Reads a broker's properties of the connection. */
  static BrokerVersion of(Map<String, Object> serverProperties) {
    String product = String.valueOf(serverProperties.get("product"));
    Matcher numbers = NUMBERS.matcher(String.valueOf(serverProperties.get("version")));
    return numbers.matches()
        ? new BrokerVersion(
            product, Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
        : new BrokerVersion(product, 0, 0);
  }

  /**
   * Whether it refuses a queue of a type that doesn't exist. Older ones, and LavinMQ, pay no heed
   * to the type, and would create the queue.
   */
  boolean refusesUnknownQueueTypes() {
    return product.equals("RabbitMQ") && (major > 3 || (major == 3 && minor >= 8));
  }
}
