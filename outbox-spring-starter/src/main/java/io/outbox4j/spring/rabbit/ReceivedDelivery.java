package io.outbox4j.spring.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.rabbit.RabbitMessages;
import java.util.Objects;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/** What a listener received, as a message for the inbox. The consumer group is the queue. */
final class ReceivedDelivery {

  private static final DefaultMessagePropertiesConverter CONVERTER =
      new DefaultMessagePropertiesConverter();

  private ReceivedDelivery() {}

  static ReceivedMessage of(Message message) {
    MessageProperties properties = message.getMessageProperties();
    Envelope envelope =
        new Envelope(
            properties.getDeliveryTag(),
            Boolean.TRUE.equals(properties.getRedelivered()),
            properties.getReceivedExchange(),
            properties.getReceivedRoutingKey());
    return RabbitMessages.received(
        Objects.requireNonNull(properties.getConsumerQueue(), "queue"),
        new Delivery(
            envelope,
            CONVERTER.fromMessageProperties(properties, UTF_8.name()),
            message.getBody()));
  }
}
