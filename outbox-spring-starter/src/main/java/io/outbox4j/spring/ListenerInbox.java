package io.outbox4j.spring;

import io.outbox4j.Inbox;

/** An inbox that can keep the payload of some listeners' messages only. */
public interface ListenerInbox extends Inbox {

  /** The same inbox, but each message is stored with its payload and headers. */
  Inbox keepingPayload();
}
