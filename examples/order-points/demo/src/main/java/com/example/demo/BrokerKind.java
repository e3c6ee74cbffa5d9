package com.example.demo;

import java.util.Locale;
import java.util.function.Supplier;

/** The brokers that the services can use. */
enum BrokerKind {
  KAFKA(KafkaBroker::new),
  RABBITMQ(RabbitBroker::new),
  ROCKETMQ(RocketMqBroker::new);

  private final Supplier<Broker> maker;

  BrokerKind(Supplier<Broker> maker) {
    this.maker = maker;
  }

  /** The name as the options have it, and the services' Spring profiles. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A broker of this kind, not started. */
  Broker create() {
    return maker.get();
  }
}
