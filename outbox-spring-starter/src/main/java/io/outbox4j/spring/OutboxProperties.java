package io.outbox4j.spring;

import io.outbox4j.HeadPolicy;
import io.outbox4j.RetryPolicy;
import io.outbox4j.RetryPolicy.Growth;
import io.outbox4j.Safety;
import io.outbox4j.TableSettings.Initialize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the outbox.
 *
 * @param enabled Whether the outbox is configured at all.
 * @param application Owner of the rows and source of the messages. Applications that share a table
 *     must have different names. Default: spring.application.name, else "application".
 * @param dataSource Name of the DataSource bean that holds the tables. Default: the only one, or
 *     the primary one.
 * @param safety What follows when a broker is set up so that it could lose what it accepted: warn
 *     (a line in the log), fail (the application doesn't start) or off (nobody looks).
 * @param send How messages are sent.
 * @param purge When settled rows are deleted.
 * @param schema Where the tables are and who creates them.
 * @param tables Names of the tables.
 * @param inbox How messages are consumed.
 * @param topics How messages to topics are sent, by pattern, where * stands for any characters or
 *     none (outbox.topics[orders.*].ordered). If several fit, the one that prescribes most
 *     characters counts.
 * @param errors What follows when messages are rejected, by the name of the error as the transport
 *     reports it (outbox.errors.RecordTooLargeException.retry.max-attempts). Comes before what
 *     topics and transports say.
 * @param transports Transports by name; the name is written to each row. A broker whose module is
 *     on the class path and that no entry is of has one by its type's name, unless the application
 *     defines Transport beans. An entry's own broker settings stand below it by the names of Boot's
 *     (outbox.transports.east.kafka.bootstrap-servers); without any, Boot's are taken.
 */
@ConfigurationProperties("outbox")
public record OutboxProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String application,
    @Nullable String dataSource,
    @DefaultValue("warn") Safety safety,
    @DefaultValue Send send,
    @DefaultValue Purge purge,
    @DefaultValue Schema schema,
    @DefaultValue Tables tables,
    @DefaultValue Inbox inbox,
    @DefaultValue Map<String, Topic> topics,
    @DefaultValue Map<String, Failure> errors,
    @DefaultValue Map<String, TransportSettings> transports) {

  /**
   * How messages are sent.
   *
   * @param grace How long the publisher alone may send a message from memory. What is unsent by
   *     then is sent by the compensator. Must be longer than twice the transport's send limit.
   * @param lease How long a node that claimed a row may send it before others may claim it. Must be
   *     longer than twice the transport's send limit.
   * @param pollInterval Longest pause between two looks for due rows.
   * @param batchSize Most messages handed to a transport at once.
   * @param batchesInFlight Most batches that a transport works on at once.
   * @param roomMessages Most messages of a transport in memory. More are left in the table and
   *     fetched when there is room.
   * @param roomBytes Most bytes of messages of a transport in memory.
   * @param retry What happens to messages that the broker rejects. Outages spend no attempt.
   * @param shutdownLimit How long a shutdown waits for messages that are on their way. Must not be
   *     longer than spring.lifecycle.timeout-per-shutdown-phase. Default: 20s, or two thirds of
   *     that time-out if this is less.
   */
  public record Send(
      @DefaultValue("1m") Duration grace,
      @DefaultValue("1m") Duration lease,
      @DefaultValue("5s") Duration pollInterval,
      @DefaultValue("500") int batchSize,
      @DefaultValue("4") int batchesInFlight,
      @DefaultValue("10000") int roomMessages,
      @DefaultValue("32MB") DataSize roomBytes,
      @DefaultValue Retry retry,
      @Nullable Duration shutdownLimit) {}

  /**
   * What happens to messages that the broker rejects, unless their error, topic or transport says
   * otherwise.
   *
   * @param maxAttempts How many rejections make a message dead.
   * @param maxAge How old a message may be to be tried again, counted from its publication. Looked
   *     at from the second rejection on. Default: any age.
   * @param growth How pauses grow: fixed (all are as long as the first), linear (each is longer by
   *     the first) or exponential (each is the one before, multiplied by the factor).
   * @param firstPause Pause after the first rejection.
   * @param maxPause Longest pause, unless the growth is fixed.
   * @param factor What each pause is multiplied by to get the next, if the growth is exponential.
   * @param jitter Part of a pause that is left to chance, 0 (none) to 1 (all of it).
   * @param finalErrors Names of errors that make a message dead at once, as its transport reports
   *     them. Default: none.
   */
  public record Retry(
      @DefaultValue("10") int maxAttempts,
      @Nullable Duration maxAge,
      @DefaultValue("exponential") Growth growth,
      @DefaultValue("1s") Duration firstPause,
      @DefaultValue("5m") Duration maxPause,
      @DefaultValue("2") double factor,
      @DefaultValue("0.2") double jitter,
      @DefaultValue Set<String> finalErrors) {

    /** The same, but for what is said here. */
    Retry with(OwnRetry own) {
      return new Retry(
          or(own.maxAttempts(), maxAttempts),
          own.maxAge() == null ? maxAge : own.maxAge(),
          or(own.growth(), growth),
          or(own.firstPause(), firstPause),
          or(own.maxPause(), maxPause),
          or(own.factor(), factor),
          or(own.jitter(), jitter),
          or(own.finalErrors(), finalErrors));
    }

    private static <T> T or(@Nullable T own, T usual) {
      return own == null ? usual : own;
    }

    /**
     * In the words of the engine.
     *
     * @throws IllegalArgumentException naming the value that can't be
     */
    RetryPolicy policy() {
      return new RetryPolicy(
          maxAttempts, maxAge, growth, firstPause, maxPause, factor, jitter, finalErrors);
    }
  }

  /**
   * What happens to some of the messages that the broker rejects. What is not said here is as
   * outbox.send.retry says.
   *
   * @param maxAttempts How many rejections make a message dead.
   * @param maxAge How old a message may be to be tried again.
   * @param growth How pauses grow.
   * @param firstPause Pause after the first rejection.
   * @param maxPause Longest pause.
   * @param factor What each pause is multiplied by to get the next.
   * @param jitter Part of a pause that is left to chance.
   * @param finalErrors Names of errors that make a message dead at once.
   */
  public record OwnRetry(
      @Nullable Integer maxAttempts,
      @Nullable Duration maxAge,
      @Nullable Growth growth,
      @Nullable Duration firstPause,
      @Nullable Duration maxPause,
      @Nullable Double factor,
      @Nullable Double jitter,
      @Nullable Set<String> finalErrors) {}

  /**
   * An error by which messages are rejected.
   *
   * @param retry What follows.
   */
  public record Failure(@Nullable OwnRetry retry) {}

  /**
   * When settled rows are deleted. Unsent, dead, failed and parked rows stay.
   *
   * @param sentRetention How long sent rows are kept.
   * @param consumedRetention How long consumed rows are kept. A message that is delivered again
   *     later than this takes effect again, so it must exceed the longest redelivery.
   * @param interval Pause between two purges.
   * @param batchSize Most rows that one transaction deletes.
   * @param pause Pause between two such transactions.
   */
  public record Purge(
      @DefaultValue("7d") Duration sentRetention,
      @DefaultValue("30d") Duration consumedRetention,
      @DefaultValue("10m") Duration interval,
      @DefaultValue("1000") int batchSize,
      @DefaultValue("100ms") Duration pause) {}

  /**
   * Where the tables are and who creates them.
   *
   * @param initialize When missing tables are created.
   * @param name Schema of the tables (on MySQL and MariaDB: the database). Default: the
   *     connection's own.
   */
  public record Schema(@DefaultValue("embedded") Initialize initialize, @Nullable String name) {}

  /**
   * Names of the tables. Letters, digits and underscores.
   *
   * @param send Table of sent messages.
   * @param consume Table of consumed messages.
   */
  public record Tables(
      @DefaultValue("message_send") String send, @DefaultValue("message_consume") String consume) {}

  /**
   * How messages are consumed.
   *
   * @param idempotent Which listeners are idempotent.
   * @param duplicateWait How long a message waits, in whole seconds, for the same message that is
   *     being handled elsewhere.
   * @param keepPayload Whether payload and headers of all messages are stored. Single listeners ask
   *     for it by @Idempotent(keepPayload = true).
   */
  public record Inbox(
      @DefaultValue("annotated") Listeners idempotent,
      @DefaultValue("10s") Duration duplicateWait,
      @DefaultValue("false") boolean keepPayload) {}

  /** Which listeners are idempotent. */
  public enum Listeners {
    /** Those with {@link Idempotent} on the method or its class. */
    ANNOTATED,
    /** All. */
    ALL
  }

  /**
   * How messages to a topic are sent, unless they say otherwise themselves.
   *
   * @param ordered Whether messages of one key are sent one after the other, in the order in which
   *     their transactions inserted them. Each must have a key then.
   * @param headPolicy What becomes of later messages of a key when an ordered one is dead: block
   *     (they wait for an operator), pass (they go on) or drop_key (they die too).
   * @param retry What happens to its messages that the broker rejects. Default: what the transport
   *     says.
   */
  public record Topic(
      @DefaultValue("false") boolean ordered,
      @DefaultValue("block") HeadPolicy headPolicy,
      @Nullable OwnRetry retry) {}

  /**
   * A transport.
   *
   * @param enabled Whether it is made.
   * @param type Kind of its broker, such as kafka. Default: its name.
   * @param sendLimit Time within which the broker must have answered. The client's own time-outs
   *     are derived from it, unless they are set.
   * @param topics Patterns of the topics of messages that go through it without naming a transport,
   *     where * stands for any characters or none. If several fit, the one that prescribes most
   *     characters counts.
   * @param retry What happens to its messages that the broker rejects. Default: outbox.send.retry.
   */
  public record TransportSettings(
      @DefaultValue("true") boolean enabled,
      @Nullable String type,
      @DefaultValue("20s") Duration sendLimit,
      @DefaultValue List<String> topics,
      @Nullable OwnRetry retry) {

    static final Duration SEND_LIMIT = Duration.ofSeconds(20);
  }
}
