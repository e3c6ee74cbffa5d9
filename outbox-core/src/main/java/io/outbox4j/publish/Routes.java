package io.outbox4j.publish;

import io.outbox4j.ConfigurationException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.Transport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.util.PatternMatchUtils;

/**
 * Which transport takes a message: the one that it names, else the one whose pattern fits its topic
 * best, else the only one there is. Immutable.
 */
public final class Routes {

  private record Route(String pattern, String transport) {

    boolean fits(String topic) {
      return PatternMatchUtils.simpleMatch(pattern, topic);
    }

    /** The more characters a pattern prescribes, the better it fits; a whole topic fits best. */
    int rank() {
      return pattern.contains("*")
          ? pattern.replace("*", "").length() - Integer.MAX_VALUE
          : pattern.length();
    }
  }

  private final Map<String, Transport> transports;
  private final List<Route> bestFirst;

  /**
   * Creates them.
   *
   * @param transports the transports by name, at least one
   * @param routes transports' names by topic pattern, where {@code *} stands for any characters or
   *     none; of patterns that prescribe as many characters the first counts
   * @throws ConfigurationException when there is no transport, or a route names an unknown one
   */
  public Routes(Map<String, Transport> transports, Map<String, String> routes) {
    this.transports = new LinkedHashMap<>(transports);
    this.bestFirst =
        routes.entrySet().stream()
            .map(entry -> new Route(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(Route::rank).reversed())
            .toList();
    List<String> problems = new ArrayList<>();
    if (transports.isEmpty()) {
      problems.add("there is no transport: add one, such as transport(\"kafka\", ..)");
    }
    for (Route route : bestFirst) {
      if (!transports.containsKey(route.transport())) {
        problems.add(
            "the route of topic '%s' leads to the transport '%s', which is unknown: name one of %s"
                .formatted(route.pattern(), route.transport(), transports.keySet()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** Whether a message must name its transport, because nothing else tells it. */
  public boolean areMissing() {
    return transports.size() > 1 && bestFirst.isEmpty();
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
    for (Route route : bestFirst) {
      if (route.fits(message.topic())) {
        return route.transport();
      }
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
