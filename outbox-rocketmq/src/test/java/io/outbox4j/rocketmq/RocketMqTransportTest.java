package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.testkit.MessageDraft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.Test;

class RocketMqTransportTest {

  private final FakeProducer producer = new FakeProducer();

  @Test
  void manyMessagesAreOneRequestAndEachHasItsOffset() {
    List<OutgoingMessage> batch = messages(3);

    assertThat(send(batch).values())
        .containsExactly(
            SendResult.acknowledged("b/0@7"),
            SendResult.acknowledged("b/0@8"),
            SendResult.acknowledged("b/0@9"));
    assertThat(producer.requests).hasSize(1);
  }

  @Test
  void aRequestThatIsRefusedIsSentOneByOne() {
    producer.answers.add((messages, callback) -> callback.onException(illegal()));
    producer.answers.add((messages, callback) -> callback.onException(illegal()));

    List<OutgoingMessage> batch = messages(3);

    assertThat(send(batch).values())
        .containsExactly(
            SendResult.rejected("MESSAGE_ILLEGAL", "MESSAGE_ILLEGAL"),
            SendResult.acknowledged("b/0@7"),
            SendResult.acknowledged("b/0@7"));
    assertThat(producer.requests).extracting(List::size).containsExactly(3, 1, 1, 1);
  }

  @Test
  void afterAStatusThatIsNotOkNothingMoreGoesToTheTopic() {
    producer.answers.add(
        (messages, callback) ->
            callback.onSuccess(FakeProducer.answer(SendStatus.SLAVE_NOT_AVAILABLE)));
    List<OutgoingMessage> batch = messages(300);
    OutgoingMessage other = MessageDraft.to("other").build();
    batch.add(other);

    Map<OutgoingMessage, SendResult> results = send(batch);

    assertThat(results.get(batch.get(0)))
        .isEqualTo(SendResult.destinationUnavailable(true, "SLAVE_NOT_AVAILABLE"));
    assertThat(results.get(batch.get(299)))
        .isEqualTo(SendResult.destinationUnavailable(false, "SLAVE_NOT_AVAILABLE"));
    assertThat(results.get(other)).isEqualTo(SendResult.acknowledged("b/0@7"));
  }

  @Test
  void afterAFailureOfTheTransportNothingMoreGoes() {
    producer.answers.add(
        (messages, callback) -> callback.onException(new RemotingConnectException("b")));
    List<OutgoingMessage> batch = messages(300);

    assertThat(send(batch).values())
        .containsOnly(SendResult.transportUnavailable(false, "RemotingConnectException"));
    assertThat(producer.requests).hasSize(1);
  }

  @Test
  void aSecondAnswerIsIgnored() {
    producer.answers.add(
        (messages, callback) -> {
          callback.onSuccess(FakeProducer.answer(SendStatus.SEND_OK));
          callback.onException(new IllegalStateException());
        });

    assertThat(send(messages(1)).values()).containsExactly(SendResult.acknowledged("b/0@7"));
    assertThat(producer.requests).hasSize(1);
  }

  @Test
  void whatIsGivenUpIsNotSentLater() {
    List<SendCallback> held = new ArrayList<>();
    producer.answers.add((messages, callback) -> held.add(callback));
    Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
    List<OutgoingMessage> batch = messages(300);
    RocketMqTransport transport = RocketMqTransport.of(() -> producer);
    Thread sender = new Thread(() -> transport.send(batch, results::put));
    sender.start();
    await().until(() -> held.size() == 1);

    transport.close();
    held.get(0).onSuccess(FakeProducer.answer(SendStatus.SEND_OK));

    await().until(() -> !sender.isAlive());
    assertThat(results.get(batch.get(0)))
        .isEqualTo(SendResult.transportUnavailable(true, "the transport was closed"));
    assertThat(results.get(batch.get(299)))
        .isEqualTo(SendResult.transportUnavailable(false, "the transport was closed"));
    assertThat(producer.requests).hasSize(1);
    assertThat(producer.running).isFalse();
  }

  @Test
  void whatTheClientCompressesTravelsAlone() {
    producer.setCompressMsgBodyOverHowmuch(4096);
    List<OutgoingMessage> batch = messages(2);
    batch.add(1, MessageDraft.to("t").key("k").payload(new byte[4096]).build());

    send(batch);

    assertThat(producer.requests).extracting(List::size).containsExactly(1, 1, 1);
  }

  @Test
  void theClientsOwnRetriesAreTakenAway() {
    RocketMqTransport transport = RocketMqTransport.of(() -> producer, Duration.ofSeconds(6));

    transport.start();

    assertThat(producer.running).isTrue();
    assertThat(producer.getRetryTimesWhenSendFailed()).isZero();
    assertThat(producer.getRetryTimesWhenSendAsyncFailed()).isZero();
    assertThat(producer.getPollNameServerInterval()).isEqualTo(5_000);
    assertThat(producer.getMqClientApiTimeout()).isEqualTo(1_000);
  }

  @Test
  void settingsThatCanNotWorkAreNamed() {
    producer.setNamesrvAddr(" ");
    producer.setSendMsgTimeout(0);
    RocketMqTransport transport = RocketMqTransport.of(() -> producer, Duration.ofSeconds(10));

    assertThatThrownBy(transport::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("namesrvAddr is missing")
        .hasMessageContaining("sendMsgTimeout is 0 ms");
    assertThat(producer.running).isFalse();
  }

  @Test
  void aProducerThatCanNotStartIsNamed() {
    RocketMqTransport transport =
        RocketMqTransport.of(
            () -> {
              DefaultMQProducer bad = new DefaultMQProducer("no good name");
              bad.setNamesrvAddr("127.0.0.1:1");
              return bad;
            });

    assertThatThrownBy(transport::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no good name");
  }

  private Map<OutgoingMessage, SendResult> send(List<OutgoingMessage> batch) {
    Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
    try (RocketMqTransport transport = RocketMqTransport.of(() -> producer)) {
      transport.send(batch, results::put);
    }
    Map<OutgoingMessage, SendResult> ordered = new LinkedHashMap<>();
    batch.forEach(message -> ordered.put(message, results.get(message)));
    return ordered;
  }

  private static List<OutgoingMessage> messages(int count) {
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> MessageDraft.to("t").key("k").build()).toList());
  }

  private static MQBrokerException illegal() {
    return new MQBrokerException(ResponseCode.MESSAGE_ILLEGAL, "");
  }
}
