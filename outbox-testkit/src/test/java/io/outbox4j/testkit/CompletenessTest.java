package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompletenessTest {

  private final Completeness module =
      Completeness.of(CompletenessTest.class, CompletenessTest.class);

  interface Trade {}

  abstract static class TradeContract {}

  static final class Baker implements Trade {}

  static final class BakerIT extends TradeContract {}

  static final class Miller implements Trade {}

  static final class MillerIT {}

  abstract static class HalfTrade implements Trade {}

  @Test
  void findsWhatImplementsAnInterface() {
    assertThat(module.implementations(Trade.class))
        .containsExactlyInAnyOrder(Baker.class, Miller.class);
  }

  @Test
  void findsWhatHasNoContract() {
    assertThat(module.untested(Trade.class, TradeContract.class)).containsExactly(Miller.class);
  }
}
