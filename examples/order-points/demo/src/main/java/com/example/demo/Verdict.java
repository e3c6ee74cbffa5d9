package com.example.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the ledger says about a run.
 *
 * @param what the part that was left out
 * @param details what it printed before its line
 * @param line its line
 * @param clean whether it found nothing wrong, at the end of everything
 * @param quiet whether it looked at the end of everything
 */
record Verdict(Break what, List<String> details, String line, boolean clean, boolean quiet) {

  private static final Pattern LINE =
      Pattern.compile(
          "LEDGER committed=(\\d+) rolledBack=(\\d+) points=(\\d+)"
              + " lost=(\\d+) phantom=(\\d+) duplicated=(\\d+)");

  /** Reads the ledger's output. */
  static Verdict of(Break what, List<String> output, int exitCode) {
    if (output.isEmpty() || !LINE.matcher(output.get(output.size() - 1)).matches()) {
      throw new IllegalStateException("the ledger failed: " + String.join("\n", output));
    }
    int last = output.size() - 1;
    return new Verdict(what, output.subList(0, last), output.get(last), exitCode == 0, true);
  }

  /** The same about a run that was still going on: whatever the ledger found is not the end. */
  Verdict withoutQuiet() {
    List<String> more = new ArrayList<>(details);
    more.add("quiet never came: messages were still on their way when the ledger looked");
    return new Verdict(what, more, line, false, false);
  }

  int committed() {
    return number(1);
  }

  int rolledBack() {
    return number(2);
  }

  int points() {
    return number(3);
  }

  int lost() {
    return number(4);
  }

  int phantom() {
    return number(5);
  }

  int duplicated() {
    return number(6);
  }

  private int number(int group) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalStateException(line);
    }
    return Integer.parseInt(matcher.group(group));
  }
}
