package io.outbox4j.spring.listener;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.spring.ListenerInbox;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

/** The inbox of listeners, with the payload kept or as the configuration says. */
@FunctionalInterface
public interface Inboxes {

  /**
   * The inbox for a listener.
   *
   * @throws ConfigurationException when there is none: the listener must not start without it
   */
  Inbox inbox(boolean keepPayload);

  /**
   * That of the application, looked up when the first idempotent listener appears.
   *
   * @param module the broker's module, which reads its messages
   * @param reader a class of it, by name, since it may be missing
   */
  static Inboxes of(ObjectProvider<Inbox> applications, String module, String reader) {
    return keepPayload -> {
      if (!ClassUtils.isPresent(reader, Inboxes.class.getClassLoader())) {
        throw new ConfigurationException(
            List.of(
                "a listener is to be idempotent, but nothing reads its messages: add the dependency io.outbox4j:%s, or take @Idempotent away"
                    .formatted(module)));
      }
      Inbox inbox = applications.getIfUnique();
      if (inbox == null) {
        throw new ConfigurationException(
            List.of(
                "a listener is to be idempotent, but there is no Inbox, since there is no DataSource: configure one with spring.datasource.*, or take @Idempotent away"));
      }
      return keepPayload && inbox instanceof ListenerInbox known ? known.keepingPayload() : inbox;
    };
  }
}
