package io.outbox4j;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the retry policy of each rejected message, for an application that wants to decide by
 * itself. It comes before all policies that are configured.
 */
@FunctionalInterface
public interface RetryPolicies {

  /**
   * Chooses the policy by which a message that was just rejected is tried again or is dead.
   *
   * <p>Called on a thread on which a transport reports results, for several messages at once,
   * outside of any transaction and without a lock. It must return at once: the answers of other
   * messages wait behind it. An exception is logged the first time and taken as null.
   *
   * @param transport the name of the transport
   * @param topic the message's topic
   * @param error the error's name as the transport reports it, such as {@code
   *     RecordTooLargeException}, or null when it has none
   * @return the policy, or null to take the one that is configured
   */
  @Nullable RetryPolicy of(String transport, String topic, @Nullable String error);
}
