package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The broker's words, as RabbitMQ has had them since 3.8 at least. */
class RefusalTest {

  private static final String IN = "PRECONDITION_FAILED - inequivalent arg ";

  @Test
  void aDifferenceNamesThePropertyAndWhatIsThere() {
    assertThat(
            Refusal.of(
                406,
                IN
                    + "'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'"))
        .isEqualTo(new Refusal("durable", "false", true));
    assertThat(
            Refusal.of(
                406,
                IN
                    + "'type' for exchange 'e' in vhost '/': received 'topic' but current is 'fanout'"))
        .isEqualTo(new Refusal("type", "fanout", true));
  }

  @Test
  void argumentsAreReadByTheirType() {
    assertThat(argument("none")).isNull();
    assertThat(argument("the value 'quorum' of type 'longstr'")).isEqualTo("quorum");
    assertThat(argument("the value '12' of type 'longstr'")).isEqualTo("12");
    assertThat(argument("the value '12' of type 'signedint'")).isEqualTo(12L);
    assertThat(argument("the value '-12' of type 'long'")).isEqualTo(-12L);
    assertThat(argument("the value 'true' of type 'bool'")).isEqualTo(true);
  }

  @Test
  void namesMayLookLikeTheText() {
    String name = "received 'x' but current is 'y'";
    assertThat(
            Refusal.of(
                406,
                IN
                    + "'durable' for queue '"
                    + name
                    + "' in vhost '/': received 'true' but current is 'false'"))
        .isEqualTo(new Refusal("durable", "false", true));
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(
            Refusal.of(
                406, "PRECONDITION_FAILED - invalid type 'signedint' for arg 'x' in exchange"))
        .isEqualTo(new Refusal("it is not there", null, false));
  }

  @Test
  void otherTextsTellNothingAndAreNotRepeated() {
    assertThat(Refusal.of(406, "PRECONDITION_FAILED - 4711"))
        .isEqualTo(new Refusal("code 406", null, false));
    assertThat(Refusal.of(404, "4711")).isEqualTo(new Refusal("code 404", null, false));
    assertThat(Refusal.of(403, "4711").property())
        .contains("permission to configure")
        .doesNotContain("4711");
  }

  private static Object argument(String current) {
    Refusal refusal =
        Refusal.of(
            406, IN + "'x' for queue 'q' in vhost '/': received none but current is " + current);
    assertThat(refusal.property()).isEqualTo("x");
    assertThat(refusal.isDifference()).isTrue();
    return refusal.current();
  }
}
