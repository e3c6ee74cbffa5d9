package io.outbox4j.spring.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/** What the channel hears where no broker can be made to ask. */
class IdempotentListenerTest {

  private final List<String> heard = new ArrayList<>();
  private final Channel channel =
      (Channel)
          Proxy.newProxyInstance(
              Channel.class.getClassLoader(),
              new Class<?>[] {Channel.class},
              (proxy, method, arguments) -> {
                heard.add(method.getName() + Arrays.toString(arguments));
                return null;
              });

  /** A second acknowledgement of a delivery would close the channel. */
  @Test
  void aCommitInDoubtThatTookEffectIsAcknowledgedOnce() throws Exception {
    ChannelAwareMessageListener acknowledging =
        (message, words) -> words.basicAck(message.getMessageProperties().getDeliveryTag(), false);

    new IdempotentListener(acknowledging, new InDoubt(), new Held(), true)
        .onMessage(message(), channel);

    assertThat(heard).containsExactly("basicAck[7, false]");
  }

  private static Message message() {
    MessageProperties properties = new MessageProperties();
    properties.setDeliveryTag(7);
    properties.setConsumerQueue("points");
    properties.setHeader("cloudEvents:id", "1");
    properties.setHeader("cloudEvents:source", "shop");
    return new Message(new byte[0], properties);
  }

  /**
   * Runs the handler, doesn't learn whether it was committed, looks again, and finds that it was.
   */
  private static final class InDoubt implements Inbox {
    @Override
    public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
        throws E {
      handler.handle(message);
      return Outcome.DUPLICATE;
    }
  }
}
