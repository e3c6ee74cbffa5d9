package io.outbox4j.testkit.server;

import java.io.Serial;

/**
 * A server of the tests cannot be started or controlled. The message says what to do, or ends with
 * the tail of its log.
 */
public final class ServerException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  ServerException(String message) {
    super(message);
  }

  ServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
