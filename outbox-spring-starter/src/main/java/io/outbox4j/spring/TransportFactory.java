package io.outbox4j.spring;

import io.outbox4j.spi.Transport;
import java.time.Duration;

/**
 * Makes transports to one kind of broker from Boot's configuration of that broker. A bean of this
 * type is there for each kind whose module is on the class path.
 */
public interface TransportFactory {

  /**
   * The kind, as {@code outbox.transports.<name>.type} says it, and the name of the transport that
   * is made without such an entry: {@code kafka}.
   */
  String type();

  /**
   * Makes a transport, not started.
   *
   * @param own where an entry's own broker settings would stand, such as {@code
   *     outbox.transports.east.kafka}, by the names of {@code spring.kafka}; without any there
   *     Boot's are taken
   * @param sendLimit time within which the broker must have answered
   */
  Transport create(String own, Duration sendLimit);
}
