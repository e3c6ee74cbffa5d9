package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StoryTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void writesPlainLinesIntoAFile() {
    tell(new Story(out, false));

    assertThat(written.toString(StandardCharsets.UTF_8))
        .matches(" +[0-9.]+ s  killed\nLEDGER\n")
        .doesNotContain("\033");
  }

  @Test
  void coloursAndOverwritesOnATerminal() {
    tell(new Story(out, true));

    assertThat(written.toString(StandardCharsets.UTF_8))
        .contains("\033[33mkilled\033[0m", "half way\r\033[K")
        .endsWith("LEDGER\n");
  }

  private static void tell(Story story) {
    story.say(Story.Tone.FAULT, "killed");
    story.progress("half way");
    story.print(Story.Tone.PLAIN, "LEDGER");
  }
}
