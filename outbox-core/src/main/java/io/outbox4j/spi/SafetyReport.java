package io.outbox4j.spi;

import java.net.URI;
import java.util.List;

/**
 * What a transport saw of the settings by which its broker keeps messages.
 *
 * @param findings what could lose a message that the broker accepted
 * @param unseen what could not be looked at
 */
public record SafetyReport(List<Finding> findings, List<Unseen> unseen) {

  /** Nothing was found, or looked at. */
  public static final SafetyReport EMPTY = new SafetyReport(List.of(), List.of());

  /** Copies the lists. */
  public SafetyReport {
    findings = List.copyOf(findings);
    unseen = List.copyOf(unseen);
  }

  /** A report of a look that saw nothing, for instance because the broker is away. */
  public static SafetyReport unseen(String subject, String reason) {
    return new SafetyReport(List.of(), List.of(new Unseen(subject, reason)));
  }

  /**
   * Something that could lose messages. Findings that differ in their subject only become one line:
   * {@code <problem> [<subjects>]: <remedy>, see <manual>}.
   *
   * @param subject a topic, queue or broker
   * @param problem what is set, and what is lost by it
   * @param remedy what to set
   * @param manual the page of the broker's manual
   */
  public record Finding(String subject, String problem, String remedy, URI manual) {}

  /**
   * Something that could not be looked at.
   *
   * @param subject a topic, queue or broker
   * @param reason why; own words, a class or a code, no foreign text
   */
  public record Unseen(String subject, String reason) {}
}
