package io.outbox4j.rocketmq;

import io.outbox4j.testkit.MessageDraft;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** Sends one message, says what became of it, and stays. */
final class SenderMain {

  private SenderMain() {}

  public static void main(String[] args) throws InterruptedException {
    RocketMqTransport transport =
        RocketMqTransport.of(
            () -> {
              DefaultMQProducer producer = new DefaultMQProducer("sender");
              producer.setNamesrvAddr(args[0]);
              return producer;
            });
    transport.start();
    transport.send(
        List.of(MessageDraft.to(args[1]).build()), (message, result) -> System.out.println(result));
    new CountDownLatch(1).await();
  }
}
