package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.exception.RemotingTimeoutException;
import org.apache.rocketmq.remoting.exception.RemotingTooMuchRequestException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SendErrorsTest {

  private static final Pattern ROW = Pattern.compile("<tr><td>([^<]+)</td><td>([^<]+)</td></tr>");

  @Test
  void theTableInTheJavadocIsTheOneInTheCode() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/outbox4j/rocketmq/RocketMqTransport.java"));
    List<String> documented = new ArrayList<>();
    Matcher row = ROW.matcher(source.replaceAll("\\s*\\n \\*\\s*", " "));
    while (row.find()) {
      documented.add(row.group(1).strip() + ": " + row.group(2).strip());
    }

    assertThat(documented)
        .isEqualTo(
            SendErrors.table().stream()
                .map(line -> line.name() + ": " + line.fault().words)
                .toList());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEND_OK")
  void aStatusThatIsNotOkIsNoAcknowledgement(SendStatus status) {
    assertThat(SendErrors.of(status))
        .isEqualTo(SendResult.destinationUnavailable(true, status.name()));
  }

  @Test
  void codesOfTheBroker() {
    assertThat(SendErrors.of(code(ResponseCode.MESSAGE_ILLEGAL)))
        .isEqualTo(SendResult.rejected("MESSAGE_ILLEGAL", "MESSAGE_ILLEGAL"));
    assertThat(SendErrors.of(code(ResponseCode.SYSTEM_BUSY)))
        .isEqualTo(SendResult.destinationUnavailable(false, "SYSTEM_BUSY"));
    assertThat(SendErrors.of(code(ResponseCode.SERVICE_NOT_AVAILABLE)))
        .isEqualTo(SendResult.destinationUnavailable(true, "code 14"));
  }

  @Test
  void theClientsWrappingIsLookedThrough() {
    assertThat(SendErrors.of(new MQClientException("x", code(ResponseCode.TOPIC_NOT_EXIST))))
        .isEqualTo(SendResult.destinationUnavailable(false, "TOPIC_NOT_EXIST"));
    assertThat(SendErrors.of(new MQClientException("x", new RemotingConnectException("a"))))
        .isEqualTo(SendResult.transportUnavailable(false, "RemotingConnectException"));
    assertThat(
            SendErrors.of(
                new MQClientException("x", new RemotingTooMuchRequestException("payload"))))
        .isEqualTo(SendResult.transportUnavailable(false, "RemotingTooMuchRequestException"));
    assertThat(SendErrors.of(new MQClientException("x", new RemotingTimeoutException("payload"))))
        .isEqualTo(SendResult.transportUnavailable(true, "RemotingTimeoutException"));
  }

  @Test
  void whatTheClientItselfRefusesIsTheMessagesFault() {
    assertThat(SendErrors.of(new MQClientException(ResponseCode.MESSAGE_ILLEGAL, "too large")))
        .isEqualTo(SendResult.rejected("MESSAGE_ILLEGAL", "MESSAGE_ILLEGAL"));
  }

  @Test
  void whatNobodyKnowsSpendsNoAttempt() {
    assertThat(SendErrors.of(new IllegalStateException("payload")))
        .isEqualTo(SendResult.transportUnavailable(true, "IllegalStateException"));
  }

  private static MQBrokerException code(int code) {
    return new MQBrokerException(code, "payload");
  }
}
