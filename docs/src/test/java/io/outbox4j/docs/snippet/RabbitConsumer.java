package io.outbox4j.docs.snippet;

import com.rabbitmq.client.Channel;
import io.outbox4j.Inbox;
import io.outbox4j.rabbit.RabbitMessages;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** A consumer with RabbitMQ's own client. */
public final class RabbitConsumer {

  private final Inbox inbox;
  private final JdbcTemplate jdbc;

  public RabbitConsumer(Inbox inbox, JdbcTemplate jdbc) {
    this.inbox = inbox;
    this.jdbc = jdbc;
  }

  // snippet: consume
  void consume(Channel channel, String queue) throws IOException {
    boolean autoAck = false;
    channel.basicQos(50);
    channel.basicConsume(
        queue,
        autoAck,
        (tag, delivery) -> {
          long number = delivery.getEnvelope().getDeliveryTag();
          try {
            inbox.process(
                RabbitMessages.received("points", delivery),
                message -> add(RabbitMessages.key(delivery)));
            channel.basicAck(number, false);
          } catch (RuntimeException e) {
            channel.basicNack(number, false, true);
          }
        },
        tag -> {});
  }

  // end

  private void add(@Nullable String customer) {
    jdbc.update("UPDATE account SET points = points + 10 WHERE customer = ?", customer);
  }
}
