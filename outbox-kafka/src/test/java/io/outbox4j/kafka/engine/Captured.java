package io.outbox4j.kafka.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** All that is logged meanwhile: everything of ours, warnings of all others. */
final class Captured extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("io.outbox4j");
  private final Level rootLevel = root.getLevel();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  Captured() {
    setContext(root.getLoggerContext());
    start();
    root.setLevel(Level.WARN);
    ours.setLevel(Level.TRACE);
    root.addAppender(this);
  }

  List<String> lines() {
    return lines;
  }

  /** Those of them that are warnings or errors, whoever logged them. */
  List<String> warnings() {
    return warnings;
  }

  @Override
  protected void append(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    String line =
        event.getFormattedMessage()
            + (thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown));
    lines.add(line);
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      warnings.add(event.getLevel() + " " + event.getLoggerName() + ": " + line);
    }
  }

  @Override
  public void close() {
    root.detachAppender(this);
    root.setLevel(rootLevel);
    ours.setLevel(null);
    stop();
  }
}
