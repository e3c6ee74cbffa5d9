package io.outbox4j.spring;

import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;

/**
 * The inbox, which stores payload and headers only when the configuration or a listener asks for
 * them. The handler gets them in any case.
 */
final class SelectiveInbox implements ListenerInbox {

  private final Inbox engine;
  private final boolean keepAll;

  /**
   * Creates it.
   *
   * @param engine stores what it is given
   * @param keepAll whether that includes the payload of all messages
   */
  SelectiveInbox(Inbox engine, boolean keepAll) {
    this.engine = engine;
    this.keepAll = keepAll;
  }

  @Override
  public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
      throws E {
    return keepAll
        ? engine.process(message, handler)
        : engine.process(withoutPayload(message), stored -> handler.handle(message));
  }

  @Override
  public Inbox keepingPayload() {
    return engine;
  }

  private static ReceivedMessage withoutPayload(ReceivedMessage message) {
    ReceivedMessage.Builder bare =
        ReceivedMessage.of(message.consumerGroup(), message.source(), message.messageId())
            .topic(message.topic())
            .businessId(message.businessId());
    Integer partition = message.partition();
    Long offset = message.offset();
    if (partition != null && offset != null) {
      bare.place(partition, offset);
    }
    return bare.build();
  }
}
