package io.outbox4j.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.kafka.SendErrors.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class SendErrorsTest {

  private static final Pattern ROW = Pattern.compile("<tr><td>(\\w+)</td><td>([^<]+)</td></tr>");

  @Test
  void theTableInTheJavadocIsTheOneInTheCode() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/outbox4j/kafka/KafkaTransport.java"));
    List<String> documented = new ArrayList<>();
    Matcher row = ROW.matcher(source.replaceAll("\\s*\\n \\*\\s*", " "));
    while (row.find()) {
      documented.add(row.group(1) + ": " + row.group(2).strip());
    }

    assertThat(documented)
        .isEqualTo(
            SendErrors.TABLE.stream()
                .map(line -> line.type().getSimpleName() + ": " + line.fault().words)
                .toList());
  }

  @Test
  void noLineIsHiddenByAnEarlierOne() {
    for (int i = 0; i < SendErrors.TABLE.size(); i++) {
      Class<?> type = SendErrors.TABLE.get(i).type();
      assertThat(SendErrors.TABLE.subList(0, i))
          .noneMatch(earlier -> earlier.type().isAssignableFrom(type));
    }
  }

  @Test
  void subtypesAreSortedAsTheirKind() {
    assertThat(SendErrors.of(new UnknownTopicOrPartitionException(), false))
        .isEqualTo(Fault.DESTINATION);
    assertThat(SendErrors.of(new NotLeaderOrFollowerException(), false))
        .isEqualTo(Fault.DESTINATION);
    assertThat(SendErrors.of(new LeaderNotAvailableException(""), false))
        .isEqualTo(Fault.DESTINATION);
    assertThat(SendErrors.of(new TopicAuthorizationException(Set.of("t")), false))
        .isEqualTo(Fault.DESTINATION);
    assertThat(SendErrors.of(new NetworkException(), false)).isEqualTo(Fault.TRANSPORT);
    assertThat(SendErrors.of(new SaslAuthenticationException(""), false)).isEqualTo(Fault.PRODUCER);
    assertThat(SendErrors.of(new BufferExhaustedException(""), true)).isEqualTo(Fault.TRANSPORT);
    assertThat(SendErrors.of(new TimeoutException(), true)).isEqualTo(Fault.WHO_IS_SILENT);
  }

  @Test
  void whatNobodyKnowsSpendsNoAttempt() {
    assertThat(SendErrors.of(new RetriableException("new") {}, false)).isEqualTo(Fault.TRANSPORT);
  }

  @Test
  void whatIsNotKafkasIsTheMessagesFault() {
    assertThat(SendErrors.of(new NullPointerException(), true)).isEqualTo(Fault.MESSAGE);
  }

  @Test
  void aBareErrorIsTheProducersWhenItIsThrownAndANeighboursOtherwise() {
    assertThat(SendErrors.of(new KafkaException("error state"), true)).isEqualTo(Fault.PRODUCER);
    assertThat(SendErrors.of(new KafkaException("part of a batch"), false))
        .isEqualTo(Fault.NEIGHBOUR);
  }
}
