package io.outbox4j.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.AppendFailedException;
import io.outbox4j.OutboxException;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ErrorTextTest {

  private static final String SECRET = "card 4711";

  @Test
  void namesTheChainWithItsCodesAndPlaces() {
    SQLException driver = new SQLException(SECRET, "23505", 17);
    driver.setStackTrace(new StackTraceElement[0]);

    String text = ErrorText.of(new IllegalStateException(SECRET, driver));

    assertThat(text)
        .matches(
            "java\\.lang\\.IllegalStateException at io\\.outbox4j\\.consume\\.ErrorTextTest"
                + "\\.namesTheChainWithItsCodesAndPlaces:\\d+"
                + " <- java\\.sql\\.SQLException \\[SQLSTATE 23505, code 17]");
  }

  @Test
  void placeIsTheFirstOutsideOfTheJdk() {
    Throwable failure = null;
    try {
      Integer.parseInt(SECRET);
    } catch (NumberFormatException notANumber) {
      failure = notANumber;
    }

    assertThat(ErrorText.of(failure))
        .startsWith("java.lang.NumberFormatException at " + ErrorTextTest.class.getName())
        .doesNotContain("4711");
  }

  @Test
  void onlyOurOwnWordsAreRepeated() {
    assertThat(ErrorText.of(new AppendFailedException("The id is taken")))
        .startsWith("io.outbox4j.AppendFailedException (The id is taken)");
    assertThat(ErrorText.of(new OutboxException(SECRET))).doesNotContain("4711");
    assertThat(ErrorText.of(new OutboxException(SECRET) {})).doesNotContain("4711");
  }

  @Test
  void staysShort() {
    Exception failure = new IOException();
    for (int depth = 0; depth < 100; depth++) {
      failure = new IllegalStateException(failure);
    }

    assertThat(ErrorText.of(failure)).hasSize(ErrorText.MOST).endsWith("...");
  }
}
