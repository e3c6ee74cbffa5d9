package com.example.demo;

import java.util.ArrayList;
import java.util.List;

/** The runs side by side. */
final class Comparison {

  private Comparison() {}

  static List<String> table(List<Verdict> verdicts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-16s %9s %10s %7s %6s %8s %10s"
            .formatted("", "committed", "rolledBack", "points", "lost", "invented", "doubled"));
    for (Verdict verdict : verdicts) {
      lines.add(
          "%-16s %9d %10d %7d %6d %8d %10d"
              .formatted(
                  verdict.what().title(),
                  verdict.committed(),
                  verdict.rolledBack(),
                  verdict.points(),
                  verdict.lost(),
                  verdict.phantom(),
                  verdict.duplicated()));
    }
    return lines;
  }

  /**
   * Whether each run came to its end, and as it had to: damage where a part was left out, none
   * where not.
   */
  static boolean asExpected(List<Verdict> verdicts) {
    return verdicts.stream()
        .allMatch(
            verdict -> verdict.quiet() && verdict.clean() == (verdict.what() == Break.NOTHING));
  }
}
