package com.example.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Tells on the terminal what happens, with the seconds since the start. Safe for several threads.
 */
final class Story {

  /** How a line is coloured on a terminal. */
  enum Tone {
    PLAIN(""),
    FAULT("\033[33m"),
    GOOD("\033[32m"),
    BAD("\033[31m"),
    TITLE("\033[1m");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private boolean progressShown;

  /**
   * A story.
   *
   * @param terminal whether it is watched by a person: only then are there colours, and a line of
   *     progress that is written over
   */
  Story(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void say(String line) {
    say(Tone.PLAIN, line);
  }

  synchronized void say(Tone tone, String line) {
    clearProgress();
    out.println(time() + coloured(tone, line));
    out.flush();
  }

  /** A line without the time. */
  synchronized void print(Tone tone, String line) {
    clearProgress();
    out.println(coloured(tone, line));
    out.flush();
  }

  /** Shows how far things are, on a terminal only. */
  synchronized void progress(String line) {
    if (terminal) {
      clearProgress();
      out.print(time() + line);
      out.flush();
      progressShown = true;
    }
  }

  private void clearProgress() {
    if (progressShown) {
      out.print("\r\033[K");
      progressShown = false;
    }
  }

  private String coloured(Tone tone, String line) {
    return terminal && tone != Tone.PLAIN ? tone.code + line + "\033[0m" : line;
  }

  private String time() {
    return String.format(Locale.ROOT, "%6.1f s  ", (System.nanoTime() - start) / 1e9);
  }
}
