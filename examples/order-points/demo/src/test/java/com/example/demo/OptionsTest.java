package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.outbox4j.testkit.server.DatabaseKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void standsForTheWholeOnH2WithoutOptions() {
    assertThat(Options.parse())
        .isEqualTo(
            new Options(
                300, List.of(BrokerKind.KAFKA), DatabaseKind.H2, false, List.of(Break.NOTHING)));
  }

  @Test
  void readsEachOption() {
    assertThat(
            Options.parse(
                "--db", "postgresql", "--orders", "1000", "--keep", "--break", "no-inbox"))
        .isEqualTo(
            new Options(
                1000,
                List.of(BrokerKind.KAFKA),
                DatabaseKind.POSTGRESQL18,
                true,
                List.of(Break.NO_INBOX)));
  }

  @Test
  void keepsTheOrderOfTheBrokers() {
    assertThat(Options.parse("--broker", "rabbitmq").brokers())
        .containsExactly(BrokerKind.RABBITMQ);
    assertThat(Options.parse("--broker", "kafka,rabbitmq").brokers())
        .containsExactly(BrokerKind.KAFKA, BrokerKind.RABBITMQ);
    assertThat(Options.parse("--broker", "rabbitmq,kafka").brokers())
        .containsExactly(BrokerKind.RABBITMQ, BrokerKind.KAFKA);
    assertThat(Options.parse("--broker", "rocketmq,kafka").brokers())
        .containsExactly(BrokerKind.ROCKETMQ, BrokerKind.KAFKA);
  }

  @Test
  void leavesPartsOutWithKafkaAlone() {
    assertThat(Options.parse("--break", "no-inbox", "--broker", "kafka").runs())
        .containsExactly(Break.NO_INBOX);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--broker", "rabbitmq", "--break", "all"))
        .withMessageContaining("--break and --broker exclude each other");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--break", "no-outbox", "--broker", "kafka,rabbitmq"))
        .withMessageContaining("--break and --broker exclude each other");
  }

  @Test
  void runsTheWholeLastWhenAllIsBroken() {
    assertThat(Options.parse("--break", "all").runs())
        .containsExactly(Break.NO_OUTBOX, Break.NO_INBOX, Break.NOTHING);
  }

  @Test
  void breaksAllWhenNoPartIsNamed() {
    assertThat(Options.parse("--break", "--keep"))
        .isEqualTo(Options.parse("--keep", "--break", "all"));
    assertThat(Options.parse("--break").runs()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--orders",
        "--orders 19",
        "--orders many",
        "--orders 100001",
        "--orders -5",
        "--db oracle",
        "--break nothing",
        "--broker",
        "--broker pigeon",
        "--broker kafka,pigeon",
        "--broker kafka,kafka",
        "--broker kafka,",
        "--broker kafka,rabbitmq,rocketmq",
        "--topic orders",
        "h2"
      })
  void namesWhatItDoesNotUnderstand(String line) {
    String[] arguments = line.split(" ");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(arguments))
        .withMessageContaining(arguments[0]);
  }
}
