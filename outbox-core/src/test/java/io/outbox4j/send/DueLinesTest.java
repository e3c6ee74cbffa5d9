package io.outbox4j.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DueLinesTest {

  private static final long MILLI = Duration.ofMillis(1).toNanos();

  private final DueLines lines = new DueLines();

  private List<String> take(int limit, long time) {
    return lines.take(limit, time).stream().map(DueLines.Line::id).toList();
  }

  @Test
  void linesAreTakenOnceInTheOrderInWhichTheyCame() {
    lines.claim("b");
    lines.look("a");
    lines.claim("c");
    lines.claim("b");

    assertThat(take(2, 0)).containsExactly("b", "a");
    assertThat(take(2, 0)).containsExactly("c");
    assertThat(lines.until(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLineIsAskedForWhenItsAlarmGoesOff() {
    lines.dueIn("a", Duration.ofMillis(5), 0);
    lines.dueIn("a", Duration.ofMillis(9), 0);

    assertThat(lines.until(0)).isEqualTo(5 * MILLI);
    assertThat(take(1, 4 * MILLI)).isEmpty();
    assertThat(take(1, 5 * MILLI)).containsExactly("a");
    assertThat(take(1, 9 * MILLI)).isEmpty();
  }

  @Test
  void aLineThatIsMissedComesBackLaterAndLater() {
    DueLines.Line line = new DueLines.Line("a", true, 0);
    long time = 0;
    for (int pause = 1; pause <= 8; pause *= 2) {
      lines.missed(line, time);
      assertThat(lines.until(time)).isEqualTo(pause * MILLI);
      time += pause * MILLI;
      line = lines.take(1, time).get(0);
    }
  }

  @Test
  void aLineThatWasMissedOftenIsAskedForAlone() {
    lines.claim("first");
    lines.missed(new DueLines.Line("often", true, 2), 0);
    lines.claim("second");

    assertThat(take(10, 0)).containsExactly("first", "second");
    lines.claim("third");
    assertThat(take(10, MILLI * 10)).containsExactly("third");
    assertThat(take(10, MILLI * 10)).containsExactly("often");
  }

  @Test
  void whatIsForgottenIsFoundByAWalkFromTheBeginning() {
    lines.walk();
    lines.walked("m");
    lines.claim("a");
    lines.clear();

    assertThat(take(10, 0)).isEmpty();
    assertThat(lines.walkedTo()).as("the walk that is going on").isEqualTo("m");
    lines.walked(null);
    assertThat(lines.isWalking()).as("a whole one").isTrue();
    assertThat(lines.walkedTo()).isNull();
    lines.walked(null);
    assertThat(lines.isWalking()).isFalse();
  }

  @Test
  void moreLinesThanThereIsRoomForAreLeftToAWalk() {
    for (int i = 0; i < 10_001; i++) {
      lines.claim("line " + i);
    }

    assertThat(take(20_000, 0)).hasSize(10_000);
    assertThat(lines.isWalking()).isTrue();
  }

  @Test
  void aDatabaseThatFailsIsAskedAgainAfterAPause() {
    lines.claim("a");

    assertThat(lines.failed(lines.take(1, 0), 0)).as("news").isTrue();
    assertThat(lines.until(0)).isEqualTo(100 * MILLI);
    assertThat(lines.failed(lines.take(1, 100 * MILLI), 100 * MILLI)).isFalse();
    lines.answered();
    assertThat(lines.until(100 * MILLI)).isZero();
  }
}
