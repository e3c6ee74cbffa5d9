package io.outbox4j.kafka.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a main class of the tests is told: arguments of the form {@code name=value}. */
record Options(Map<String, String> values) {

  static Options of(String[] arguments) {
    return new Options(
        Stream.of(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(option -> option[0], option -> option[1])));
  }

  boolean has(String option) {
    return values.containsKey(option);
  }

  String text(String option) {
    return Objects.requireNonNull(values.get(option), option);
  }

  int number(String option, int otherwise) {
    return has(option) ? Integer.parseInt(text(option)) : otherwise;
  }

  Duration millis(String option, int otherwise) {
    return Duration.ofMillis(number(option, otherwise));
  }
}
