package io.outbox4j.spring.rabbit;

import io.outbox4j.spring.listener.InProgress;
import org.springframework.util.ErrorHandler;

/** Keeps what is in progress elsewhere from the user's error handler, which may reject it. */
final class NeverRejecting implements ErrorHandler {

  private final ErrorHandler users;

  NeverRejecting(ErrorHandler users) {
    this.users = users;
  }

  @Override
  public void handleError(Throwable failure) {
    if (!InProgress.isCauseOf(failure)) {
      users.handleError(failure);
    }
  }
}
