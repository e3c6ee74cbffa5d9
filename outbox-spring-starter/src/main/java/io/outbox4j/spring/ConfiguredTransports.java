package io.outbox4j.spring;

import io.outbox4j.ConfigurationException;
import io.outbox4j.RetryPolicy;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.OutboxProperties.TransportSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The application's transports: its beans, the entries of {@code outbox.transports}, and, if it has
 * no beans, one for each kind of broker that no entry is of.
 */
final class ConfiguredTransports {

  private static final String PREFIX = "outbox.transports.";
  private static final String BEAN_SUFFIX = "Transport";

  private final Map<String, TransportFactory> factories = new TreeMap<>();
  private final Map<String, TransportSettings> entries;
  private final Map<String, Transport> beans = new LinkedHashMap<>();

  ConfiguredTransports(
      Map<String, Transport> beans,
      Collection<TransportFactory> factories,
      Map<String, TransportSettings> entries) {
    factories.forEach(factory -> this.factories.put(factory.type(), factory));
    this.entries = new LinkedHashMap<>(entries);
    beans.forEach((bean, transport) -> this.beans.put(name(bean), transport));
  }

  /**
   * Written to each row, so it must not change when a class does: {@code kafkaTransport} is kafka.
   */
  private static String name(String bean) {
    return bean.length() > BEAN_SUFFIX.length() && bean.endsWith(BEAN_SUFFIX)
        ? bean.substring(0, bean.length() - BEAN_SUFFIX.length())
        : bean;
  }

  /**
   * Adds them with their routes and retry policies.
   *
   * @throws ConfigurationException naming each entry that makes none
   */
  void addTo(Outbox4j.Builder builder, Map<String, RetryPolicy> retries) {
    List<String> problems = new ArrayList<>();
    Map<String, Transport> transports = new LinkedHashMap<>(beans);
    if (beans.isEmpty()) {
      factories.forEach(
          (type, factory) -> {
            if (entries.entrySet().stream().noneMatch(entry -> type.equals(type(entry)))) {
              transports.put(type, factory.create(PREFIX + type, TransportSettings.SEND_LIMIT));
            }
          });
    }
    for (Map.Entry<String, TransportSettings> entry : entries.entrySet()) {
      if (!entry.getValue().enabled()) {
        transports.remove(entry.getKey());
      } else {
        Transport transport = create(entry, problems);
        if (transport != null && transports.put(entry.getKey(), transport) != null) {
          problems.add(
              PREFIX + entry.getKey() + " has the name of a bean: give one of them another");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    transports.forEach(
        (name, transport) -> {
          RetryPolicy retry = retries.get(name);
          if (retry == null) {
            builder.transport(name, transport);
          } else {
            builder.transport(name, transport, retry);
          }
        });
    entries.forEach(
        (name, settings) -> {
          if (settings.enabled()) {
            settings.topics().forEach(topic -> builder.route(topic, name));
          }
        });
  }

  private @Nullable Transport create(
      Map.Entry<String, TransportSettings> entry, List<String> problems) {
    String name = entry.getKey();
    String type = type(entry);
    if (beans.containsKey(name) && entry.getValue().type() == null) {
      // The entry of a bean says which topics go through it, or that it is not used.
      return null;
    }
    TransportFactory factory = factories.get(type);
    if (factory == null) {
      problems.add(
          "%s%s: there is no broker of type '%s'. Set %s%s.type to one of %s, or add the broker's module, such as outbox-kafka"
              .formatted(PREFIX, name, type, PREFIX, name, known()));
      return null;
    }
    return factory.create(PREFIX + name + "." + type, entry.getValue().sendLimit());
  }

  private static String type(Map.Entry<String, TransportSettings> entry) {
    String type = entry.getValue().type();
    return type == null ? entry.getKey() : type;
  }

  private String known() {
    return factories.keySet().stream().collect(Collectors.joining(", ", "[", "]"));
  }
}
