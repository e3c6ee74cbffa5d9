package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import org.junit.jupiter.api.Test;

class VettingTest {

  private final Vetting vetting = new Vetting(new PostgreSql());

  @Test
  void aNulIsRefusedWhereTextsCantHoldIt() {
    assertThatThrownBy(() -> vetting.text("key", "a\0", 10))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContaining("key")
        .hasMessageContaining("U+0000");
  }

  @Test
  void whatFitsPasses() {
    vetting.text("key", null, 1);
    vetting.text("key", "😀", 2);
    vetting.payload(new byte[9]);
  }

  @Test
  void fittedCutsBetweenCharacters() {
    assertThat(Vetting.fitted("a😀😀", 4)).isEqualTo("a😀");
    assertThat(Vetting.fitted("a\0\uD83Db", 9)).isEqualTo("a??b");
    assertThat(Vetting.fitted(null, 9)).isNull();
  }
}
