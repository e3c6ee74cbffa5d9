package io.outbox4j.testkit.server;

/** A condition that tells when a child process serves requests. */
@FunctionalInterface
public interface Readiness {

  /**
   * Whether the process is ready.
   *
   * @throws Exception counts as not ready and is shown when the time limit is over; a {@link
   *     ServerException} ends the wait at once
   */
  boolean isReady(ChildProcess process) throws Exception;
}
