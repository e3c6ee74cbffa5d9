package com.example.demo;

import io.outbox4j.testkit.server.Server;
import java.util.List;
import java.util.Map;

/** What the demo needs to know of a broker. One implementation for each kind. */
interface Broker extends AutoCloseable {

  /** The topic between the services. */
  String ORDERS = "order-created";

  /** The topic of the audit trail, which no service reads. */
  String AUDIT = "order-audit";

  /** The points service, as the reader of {@link #ORDERS}. */
  String READER = "points";

  /** The services' profile in which they use it. */
  String profile();

  /** The broker itself, to be started and killed. */
  Server server();

  /** Where clients find it, for people. */
  String address();

  /** Where services find it: environment variables. */
  Map<String, String> environment();

  /** What the order service calls a topic of this name. */
  String topic(String name);

  /** Makes a topic, empty: one that is left from an earlier run is deleted first. */
  void create(String name) throws Exception;

  /** How many messages were sent to a topic. */
  long messages(String name) throws Exception;

  /** How many of the orders' messages the points service has not finished with. */
  long unread() throws Exception;

  /** All messages that were sent to a topic, as text. They stay there. */
  List<String> texts(String name) throws Exception;

  /** Ends the broker. */
  @Override
  void close();
}
