package io.outbox4j;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How often, how long, and after which pauses a message that the broker rejects is tried again.
 * Outages spend no attempt: they are not the message's fault.
 *
 * <p>Start with {@link #fixed}, {@link #linear} or {@link #exponential} and change what differs.
 * Immutable.
 *
 * @param maxAttempts how many rejections make a message dead, at least 1
 * @param maxAge how old a message may be to be tried again, or null for any age; see {@link
 *     #isFinal}
 * @param growth how pauses grow from one to the next
 * @param firstPause the pause after the first rejection, at most 365 days
 * @param maxPause the longest pause, at most 365 days; says nothing when the growth is fixed
 * @param factor what each pause is multiplied by to get the next when the growth is exponential, at
 *     least 1; else it says nothing
 * @param jitter the part of a pause that is left to chance, 0 (none) to 1 (all of it)
 * @param finalErrors names of errors that make a message dead at once, as its transport reports
 *     them
 */
public record RetryPolicy(
    int maxAttempts,
    @Nullable Duration maxAge,
    Growth growth,
    Duration firstPause,
    Duration maxPause,
    double factor,
    double jitter,
    Set<String> finalErrors) {

  /** How pauses grow from one to the next. */
  public enum Growth {
    /** All are as long as the first. */
    FIXED,
    /** Each is longer by the first: the second is twice as long, the third three times. */
    LINEAR,
    /** Each is the one before, multiplied by the factor. */
    EXPONENTIAL
  }

  private static final int ATTEMPTS = 10;
  private static final double FACTOR = 2;
  private static final double JITTER = 0.2;
  private static final Duration LONGEST = Duration.ofDays(365);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the value that can't be
   */
  public RetryPolicy {
    Objects.requireNonNull(growth, "growth");
    require(maxAttempts >= 1, "maxAttempts must be at least 1, but is " + maxAttempts);
    require(
        maxAge == null || maxAge.compareTo(Duration.ZERO) > 0,
        "maxAge must be more than zero, but is " + maxAge);
    requirePause("firstPause", firstPause);
    requirePause("maxPause", maxPause);
    require(
        growth == Growth.FIXED || maxPause.compareTo(firstPause) >= 0,
        "maxPause must be at least firstPause (" + firstPause + "), but is " + maxPause);
    require(factor >= 1, "factor must be at least 1, but is " + factor);
    require(jitter >= 0 && jitter <= 1, "jitter must be between 0 and 1, but is " + jitter);
    require(
        finalErrors.stream().noneMatch(String::isBlank),
        "finalErrors must have names, but one is blank");
    finalErrors = Set.copyOf(finalErrors);
  }

  /** A policy whose pauses grow by a factor, without a limit by age and without final errors. */
  public RetryPolicy(
      int maxAttempts, Duration firstPause, Duration maxPause, double factor, double jitter) {
    this(maxAttempts, null, Growth.EXPONENTIAL, firstPause, maxPause, factor, jitter, Set.of());
  }

  /** {@link #exponential} pauses of 1 s at first and 5 minutes at most. */
  public static RetryPolicy ofDefaults() {
    return exponential(Duration.ofSeconds(1), Duration.ofMinutes(5));
  }

  /** No second try: the first rejection makes a message dead. */
  public static RetryPolicy never() {
    return ofDefaults().withMaxAttempts(1);
  }

  /** Ten attempts; pauses of the same length, a fifth of each left to chance. */
  public static RetryPolicy fixed(Duration pause) {
    return of(Growth.FIXED, pause, pause);
  }

  /** Ten attempts; each pause longer by the first, a fifth of each left to chance. */
  public static RetryPolicy linear(Duration firstPause, Duration maxPause) {
    return of(Growth.LINEAR, firstPause, maxPause);
  }

  /** Ten attempts; each pause twice the one before, a fifth of each left to chance. */
  public static RetryPolicy exponential(Duration firstPause, Duration maxPause) {
    return of(Growth.EXPONENTIAL, firstPause, maxPause);
  }

  private static RetryPolicy of(Growth growth, Duration firstPause, Duration maxPause) {
    return new RetryPolicy(ATTEMPTS, null, growth, firstPause, maxPause, FACTOR, JITTER, Set.of());
  }

  /** The same policy with another limit. */
  public RetryPolicy withMaxAttempts(int maxAttempts) {
    return new RetryPolicy(
        maxAttempts, maxAge, growth, firstPause, maxPause, factor, jitter, finalErrors);
  }

  /** The same policy with a limit by age, or, with null, without. */
  public RetryPolicy withMaxAge(@Nullable Duration maxAge) {
    return new RetryPolicy(
        maxAttempts, maxAge, growth, firstPause, maxPause, factor, jitter, finalErrors);
  }

  /** The same policy with another factor. */
  public RetryPolicy withFactor(double factor) {
    return new RetryPolicy(
        maxAttempts, maxAge, growth, firstPause, maxPause, factor, jitter, finalErrors);
  }

  /** The same policy with another part left to chance. */
  public RetryPolicy withJitter(double jitter) {
    return new RetryPolicy(
        maxAttempts, maxAge, growth, firstPause, maxPause, factor, jitter, finalErrors);
  }

  /** The same policy with these final errors and no others. */
  public RetryPolicy withFinalErrors(String... finalErrors) {
    return new RetryPolicy(
        maxAttempts,
        maxAge,
        growth,
        firstPause,
        maxPause,
        factor,
        jitter,
        new LinkedHashSet<>(List.of(finalErrors)));
  }

  /**
   * Whether a rejection was the last: by its error, by their number, or by the message's age. The
   * age counts from the second rejection on, since an outage before the first may have used it up.
   *
   * @param attempts the rejections so far, at least 1
   * @param age the time from the message's publication, by the publisher's wall clock, until now,
   *     by that of the node that sends it
   * @param error the name of the last error, or null when it has none
   */
  public boolean isFinal(int attempts, Duration age, @Nullable String error) {
    return attempts >= maxAttempts
        || (error != null && finalErrors.contains(error))
        || (maxAge != null && attempts > 1 && age.compareTo(maxAge) >= 0);
  }

  /**
   * The pause before the next attempt.
   *
   * @param attempts the rejections so far, at least 1
   * @param chance a random number from 0 (inclusive) to 1 (exclusive)
   */
  public Duration pauseAfter(int attempts, double chance) {
    double first = firstPause.toMillis();
    double full =
        switch (growth) {
          case FIXED -> first;
          case LINEAR -> Math.min(maxPause.toMillis(), first * attempts);
          case EXPONENTIAL -> Math.min(maxPause.toMillis(), first * Math.pow(factor, attempts - 1));
        };
    return Duration.ofMillis(Math.round(full * (1 - jitter * chance)));
  }

  private static void requirePause(String name, Duration pause) {
    require(
        !pause.isNegative() && pause.compareTo(LONGEST) <= 0,
        name + " must be between 0 and 365 days, but is " + pause);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
