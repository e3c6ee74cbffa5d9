package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.outbox4j.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TroubleTest {

  private static final Pattern ROW = Pattern.compile("<tr><td>([^<]+)</td><td>([^<]+)</td></tr>");

  @Test
  void theTableInTheJavadocIsTheOneInTheCode() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/outbox4j/rabbit/RabbitTransport.java"));
    List<String> documented = new ArrayList<>();
    Matcher row = ROW.matcher(source.replaceAll("\\s*\\n \\*\\s*", " "));
    while (row.find()) {
      documented.add(row.group(1) + ": " + row.group(2).strip());
    }

    assertThat(documented)
        .isEqualTo(
            Arrays.stream(Trouble.values())
                .map(trouble -> trouble.words + ": " + trouble.fault.words)
                .toList());
  }

  @Test
  void codesAreSorted() {
    assertThat(Trouble.of(AMQP.PRECONDITION_FAILED)).isEqualTo(Trouble.PRECONDITION_FAILED);
    assertThat(Trouble.of(AMQP.CONTENT_TOO_LARGE)).isEqualTo(Trouble.CONTENT_TOO_LARGE);
    assertThat(Trouble.of(AMQP.NOT_FOUND)).isEqualTo(Trouble.NOT_FOUND);
    assertThat(Trouble.of(AMQP.ACCESS_REFUSED)).isEqualTo(Trouble.ACCESS_REFUSED);
    assertThat(Trouble.of(AMQP.NO_ROUTE)).isEqualTo(Trouble.NO_ROUTE);
    assertThat(Trouble.of(AMQP.NO_CONSUMERS)).isEqualTo(Trouble.NO_CONSUMERS);
    assertThat(Trouble.of(AMQP.RESOURCE_LOCKED)).isEqualTo(Trouble.RESOURCE_LOCKED);
  }

  @Test
  void aCodeThatNobodyKnowsSpendsNoAttempt() {
    assertThat(Trouble.of(999)).isEqualTo(Trouble.OTHER);
    assertThat(Trouble.of(0)).isEqualTo(Trouble.OTHER);
    assertThat(Trouble.OTHER.result(true, "999"))
        .isEqualTo(SendResult.transportUnavailable(true, "another code or error: 999"));
  }

  @Test
  void aRejectionHasANameWithoutItsNumber() {
    assertThat(Trouble.CONTENT_TOO_LARGE.result(false, ""))
        .isEqualTo(SendResult.rejected("CONTENT_TOO_LARGE", "311 CONTENT_TOO_LARGE"));
    assertThat(Trouble.PRECONDITION_FAILED.result(false, "x"))
        .isEqualTo(SendResult.rejected("PRECONDITION_FAILED", "406 PRECONDITION_FAILED: x"));
    assertThat(Trouble.UNENCODABLE.result(false, ""))
        .isEqualTo(SendResult.rejected("IllegalArgumentException", "IllegalArgumentException"));
  }

  @Test
  void anErrorIsNamedByTypeAndCodeNeverByItsText() {
    ShutdownSignalException closed =
        new ShutdownSignalException(
            true,
            false,
            new AMQP.Connection.Close.Builder().replyCode(530).replyText("x").build(),
            "reference");

    assertThat(Trouble.name(new IOException("secret", closed))).isEqualTo("IOException, code 530");
    assertThat(Trouble.name(new IOException("secret"))).isEqualTo("IOException");
    assertThat(
            Trouble.codeOf(
                new ShutdownSignalException(
                    false, false, new AMQP.Channel.Close.Builder().replyCode(404).build(), "")))
        .isEqualTo(404);
  }
}
