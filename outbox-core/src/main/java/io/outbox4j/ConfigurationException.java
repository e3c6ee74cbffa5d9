package io.outbox4j;

import java.util.List;

/**
 * The outbox can't start as it is configured. Its message lists every problem found, each with the
 * setting's name, the value and the way out.
 */
public final class ConfigurationException extends OutboxException {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** Creates the error from all problems that were found. */
  public ConfigurationException(List<String> problems) {
    super("The outbox can't start:\n - " + String.join("\n - ", problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, one sentence or two each. */
  public List<String> problems() {
    return problems;
  }
}
