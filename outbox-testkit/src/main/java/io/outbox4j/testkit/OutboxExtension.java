package io.outbox4j.testkit;

import io.outbox4j.assembly.Outbox4j;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets tests of an application wait for its messages without sleeping.
 *
 * <pre>{@code
 * @Autowired Outbox4j outbox4j;
 *
 * @RegisterExtension
 * final OutboxExtension outbox = OutboxExtension.of(() -> outbox4j);
 *
 * @Test
 * void anOrderIsTold() {
 *   orders.place(..);
 *   outbox.drain();
 *   // the broker has acknowledged every message
 * }
 * }</pre>
 *
 * <p>After each test it drains once more, so that no test leaves messages to the next.
 */
public final class OutboxExtension implements AfterEachCallback {

  /** How long {@link #drain} waits unless another limit is given. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  private final Supplier<Outbox4j> outbox;
  private final Duration limit;

  private OutboxExtension(Supplier<Outbox4j> outbox, Duration limit) {
    this.outbox = outbox;
    this.limit = limit;
  }

  /**
   * An extension that waits for {@link #DEFAULT_LIMIT} at most.
   *
   * @param outbox asked whenever it is drained, so it may be set after this call
   */
  public static OutboxExtension of(Supplier<Outbox4j> outbox) {
    return new OutboxExtension(outbox, DEFAULT_LIMIT);
  }

  /** The same with another limit. */
  public OutboxExtension within(Duration limit) {
    return new OutboxExtension(outbox, limit);
  }

  /**
   * Waits until every message of the application has been sent, or is dead.
   *
   * @throws AssertionError when some are still unsent at the end of the limit
   */
  public void drain() {
    Outbox4j drained = outbox.get();
    if (!drained.drain(limit)) {
      throw new AssertionError(
          "Not sent within %s: %s; transports: %s"
              .formatted(limit, drained.backlog(), drained.status()));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    drain();
  }
}
