package io.outbox4j.publish;

import io.outbox4j.ConfigurationException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which transport takes a message: the one that it names, else the one whose pattern fits its topic
 * best, else the only one there is. Immutable.
 */
public final class Routes {

  private final Map<String, Transport> transports;
  private final TopicPatterns<String> routes;

  /**
   * Creates them.
   *
   * @param transports the transports by name, at least one
   * @param routes transports' names by topic pattern, as {@link TopicPatterns} tells
   * @throws ConfigurationException when there is no transport, or a route names an unknown one
   */
  public Routes(Map<String, Transport> transports, Map<String, String> routes) {
    this.transports = new LinkedHashMap<>(transports);
    this.routes = new TopicPatterns<>(routes);
    List<String> problems = new ArrayList<>();
    if (transports.isEmpty()) {
      problems.add("there is no transport: add one, such as transport(\"kafka\", ..)");
    }
    routes.forEach(
        (pattern, transport) -> {
          if (!transports.containsKey(transport)) {
            problems.add(
                "the route of topic '%s' leads to the transport '%s', which is unknown: name one of %s"
                    .formatted(pattern, transport, transports.keySet()));
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** Whether a message must name its transport, because nothing else tells it. */
  public boolean areMissing() {
    return transports.size() > 1 && routes.isEmpty();
  }

  /**
   * The name of a message's transport.
   *
   * @throws MessageRefusedException when it names an unknown one, or none and no route fits
   */
  String of(OutboxMessage message) {
    String wanted = message.transport();
    if (wanted != null) {
      if (!transports.containsKey(wanted)) {
        throw new MessageRefusedException(
            "transport", "'%s' is unknown: name one of %s".formatted(wanted, transports.keySet()));
      }
      return wanted;
    }
    String routed = routes.of(message.topic());
    if (routed != null) {
      return routed;
    }
    if (transports.size() > 1) {
      throw new MessageRefusedException(
          "transport",
          "is not set, and no route fits topic '%s': name one of %s, or add a route"
              .formatted(message.topic(), transports.keySet()));
    }
    return transports.keySet().iterator().next();
  }

  /** The transport of a name that {@link #of} returned. */
  Transport transport(String name) {
    return Objects.requireNonNull(transports.get(name), name);
  }
}
