package io.outbox4j.spring.kafka;

import io.outbox4j.Inbox;

/** The inbox of listeners, with the payload kept or as the configuration says. */
@FunctionalInterface
interface Inboxes {

  /** The inbox for a listener. */
  Inbox inbox(boolean keepPayload);
}
