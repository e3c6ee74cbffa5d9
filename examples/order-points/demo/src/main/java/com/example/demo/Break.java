package com.example.demo;

import java.util.Locale;

/** What is left out of the services, to see what it is there for. */
enum Break {
  /** Nothing. */
  NOTHING("with outbox4j", "", ""),
  /** The order service sends to Kafka by itself, before its commit. */
  NO_OUTBOX("without outbox", "no-outbox", ""),
  /** The points service trusts that each message is delivered once. */
  NO_INBOX("without inbox", "", "no-inbox");

  private final String title;
  private final String orderProfile;
  private final String pointsProfile;

  Break(String title, String orderProfile, String pointsProfile) {
    this.title = title;
    this.orderProfile = orderProfile;
    this.pointsProfile = pointsProfile;
  }

  /** The name as the options and databases use it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  /** The Spring profile in which the order service has it left out. */
  String orderProfile() {
    return orderProfile;
  }

  /** The Spring profile in which the points service has it left out. */
  String pointsProfile() {
    return pointsProfile;
  }
}
