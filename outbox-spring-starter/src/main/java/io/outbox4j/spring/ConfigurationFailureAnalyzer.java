package io.outbox4j.spring;

import io.outbox4j.ConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what keeps the outbox from starting, without a stack trace. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationException cause) {
    int count = cause.problems().size();
    return new FailureAnalysis(
        cause.getMessage(),
        count == 1
            ? "Do what the line above says. To start without the outbox, set outbox.enabled=false."
            : "Do what the %d lines above say. To start without the outbox, set outbox.enabled=false."
                .formatted(count),
        cause);
  }
}
