package io.outbox4j.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a broker said of one message. The words of a reason go to logs and tables: name the error's
 * class or code, never third-party text that may hold payload.
 */
public sealed interface SendResult {

  /**
   * The broker has the message, as durably as it was asked to.
   *
   * @param place where it put it, such as {@code 3@1042} for a partition and offset, or null
   */
  record Acknowledged(@Nullable String place) implements SendResult {}

  /**
   * The message itself is at fault: too large, a header that the protocol can't carry. Spends an
   * attempt.
   *
   * @param error the error's name, by which retry policies know it: the simple name of its class,
   *     or the broker's code; always the same for the same error, and no third-party text. Null
   *     when there is none
   * @param reason why, in words without payload
   */
  record Rejected(@Nullable String error, String reason) implements SendResult {
    /** Checks that what must be there is there. */
    public Rejected {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * The broker, or the message's destination, can't take it now. Spends no attempt.
   *
   * @param scope what is unavailable
   * @param mayHaveArrived whether the message may have reached the broker all the same: true unless
   *     it certainly was not handed over
   * @param reason why, in words without payload
   */
  record Unavailable(Scope scope, boolean mayHaveArrived, String reason) implements SendResult {
    /** Checks that what must be there is there. */
    public Unavailable {
      Objects.requireNonNull(scope, "scope");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** What is unavailable. */
  enum Scope {
    /** The whole transport: broker away, connection lost, not authenticated. */
    TRANSPORT,
    /** This topic alone: missing, no permission, no binding, a partition without a leader. */
    DESTINATION
  }

  /** Acknowledged at a place, or at an unknown one. */
  static SendResult acknowledged(@Nullable String place) {
    return new Acknowledged(place);
  }

  /** Rejected for a reason, by an error that has no name: only the default policies fit it. */
  static SendResult rejected(String reason) {
    return new Rejected(null, reason);
  }

  /** Rejected for a reason, by an error that has a name. */
  static SendResult rejected(String error, String reason) {
    return new Rejected(Objects.requireNonNull(error, "error"), reason);
  }

  /** The transport is unavailable. */
  static SendResult transportUnavailable(boolean mayHaveArrived, String reason) {
    return new Unavailable(Scope.TRANSPORT, mayHaveArrived, reason);
  }

  /** The destination is unavailable. */
  static SendResult destinationUnavailable(boolean mayHaveArrived, String reason) {
    return new Unavailable(Scope.DESTINATION, mayHaveArrived, reason);
  }
}
