package com.example.demo;

import io.outbox4j.testkit.server.DatabaseKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the command line asks for; {@code bin/demo --help} explains it.
 *
 * @param orders how many orders are placed
 * @param brokers one between the services; and a second one if there is to be an audit trail
 * @param database where both services keep their tables
 * @param keep whether everything is left running at the end
 * @param runs one run for each, in this order, side by side at the end if there are several
 */
record Options(
    int orders, List<BrokerKind> brokers, DatabaseKind database, boolean keep, List<Break> runs) {

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static Options parse(String... arguments) {
    int orders = 300;
    List<BrokerKind> brokers = List.of(BrokerKind.KAFKA);
    DatabaseKind database = DatabaseKind.H2;
    boolean keep = false;
    List<Break> runs = List.of(Break.NOTHING);
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
    while (!rest.isEmpty()) {
      String option = rest.pop();
      switch (option) {
        case "--orders" -> orders = orders(value(option, rest));
        case "--broker" -> brokers = brokers(value(option, rest));
        case "--db" -> database = database(value(option, rest));
        case "--break" -> runs = runs(named(rest) ? rest.pop() : "all");
        case "--keep" -> keep = true;
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (!runs.equals(List.of(Break.NOTHING)) && !brokers.equals(List.of(BrokerKind.KAFKA))) {
      throw new IllegalArgumentException(
          "--break and --broker exclude each other: the code without outbox or inbox is for Kafka");
    }
    return new Options(orders, brokers, database, keep, runs);
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.pop();
  }

  private static boolean named(Deque<String> rest) {
    return !rest.isEmpty() && !rest.peek().startsWith("--");
  }

  private static int orders(String value) {
    // Fewer than 20 leave some of the faults without an order that they could hit.
    if (value.matches("[0-9]{1,6}")) {
      int orders = Integer.parseInt(value);
      if (orders >= 20 && orders <= 100_000) {
        return orders;
      }
    }
    throw new IllegalArgumentException("--orders must be 20 to 100000, but is " + value);
  }

  private static List<BrokerKind> brokers(String value) {
    List<BrokerKind> brokers = new ArrayList<>();
    for (String id : value.split(",", -1)) {
      Arrays.stream(BrokerKind.values())
          .filter(kind -> kind.id().equals(id) && !brokers.contains(kind))
          .forEach(brokers::add);
    }
    // Whatever is unknown, or is named twice, leaves a difference.
    String understood = brokers.stream().map(BrokerKind::id).collect(Collectors.joining(","));
    if (brokers.size() > 2 || !understood.equals(value)) {
      throw new IllegalArgumentException(
          "--broker must be kafka, rabbitmq or rocketmq, or two of them with a comma between, but is "
              + value);
    }
    return brokers;
  }

  private static DatabaseKind database(String value) {
    return switch (value) {
      case "h2" -> DatabaseKind.H2;
      case "postgresql" -> DatabaseKind.POSTGRESQL18;
      case "mysql" -> DatabaseKind.MYSQL;
      case "mariadb" -> DatabaseKind.MARIADB;
      default ->
          throw new IllegalArgumentException(
              "--db must be h2, postgresql, mysql or mariadb, but is " + value);
    };
  }

  private static List<Break> runs(String value) {
    return switch (value) {
      case "no-outbox" -> List.of(Break.NO_OUTBOX);
      case "no-inbox" -> List.of(Break.NO_INBOX);
      case "all" -> List.of(Break.NO_OUTBOX, Break.NO_INBOX, Break.NOTHING);
      default ->
          throw new IllegalArgumentException(
              "--break must be no-outbox, no-inbox or all, but is " + value);
    };
  }
}
