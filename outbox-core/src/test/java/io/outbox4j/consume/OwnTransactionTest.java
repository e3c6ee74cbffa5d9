package io.outbox4j.consume;

import static io.outbox4j.consume.PointsService.fails;
import static io.outbox4j.consume.PointsService.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox.Handler;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.NotInTransactionException;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The inbox where no transaction is running, with a pool of one connection unless said otherwise.
 */
@Timeout(30)
class OwnTransactionTest {

  private final PointsService service = new PointsService(1);

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void handlerRunsInTheTransactionOfTheRow() {
    Outcome outcome =
        service.inbox.process(
            message("1"),
            received -> {
              service.addPoints(received);
              assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
              assertThat(service.table.says("1")).isEqualTo("consumed");
            });

    assertThat(outcome).isEqualTo(Outcome.CONSUMED);
    assertThat(service.points()).isOne();
    assertThat(service.counts.events).containsExactly("consumed points");
  }

  @Test
  void secondDeliveryIsRecognised() {
    service.inbox.process(message("1"), service::addPoints);

    assertThat(service.inbox.process(message("1"), service::addPoints))
        .isEqualTo(Outcome.DUPLICATE);
    assertThat(service.points()).isOne();
    assertThat(service.counts.events).containsExactly("consumed points", "duplicate points");
  }

  @Test
  void parkedMessageIsLeftAlone() {
    service.table.park("1");

    assertThat(service.inbox.process(message("1"), service::addPoints)).isEqualTo(Outcome.PARKED);
    assertThat(service.points()).isZero();
    assertThat(service.table.says("1")).isEqualTo("parked");
  }

  @Test
  void concurrentDuplicateWaitsAndIsRecognised() throws Exception {
    try (PointsService pooled = new PointsService(3)) {
      CountDownLatch first = new CountDownLatch(1);
      CountDownLatch mayEnd = new CountDownLatch(1);
      CompletableFuture<Outcome> one =
          CompletableFuture.supplyAsync(
              () ->
                  pooled.inbox.process(
                      message("1"),
                      received -> {
                        pooled.addPoints(received);
                        first.countDown();
                        awaitUninterrupted(mayEnd);
                      }));
      assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Outcome> two =
          CompletableFuture.supplyAsync(
              () -> pooled.inbox.process(message("1"), pooled::addPoints));
      assertThat(catchThrowable(() -> two.get(100, TimeUnit.MILLISECONDS)))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      mayEnd.countDown();

      assertThat(one.get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.CONSUMED);
      assertThat(two.get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.DUPLICATE);
      assertThat(pooled.points()).isOne();
    }
  }

  @Test
  void checkedExceptionRollsBackPassesUnchangedAndIsRecorded() {
    IOException cause = new IOException("card 4711");

    assertThatThrownBy(() -> service.inbox.process(message("1"), failing(cause))).isSameAs(cause);

    assertThat(service.points()).isZero();
    assertThat(service.table.says("1"))
        .startsWith("failed 1: java.io.IOException at " + OwnTransactionTest.class.getName())
        .doesNotContain("4711");
    assertThat(service.counts.events).containsExactly("failed points");
  }

  @Test
  void checkedExceptionKeepsItsTypeForTheCompiler() {
    try {
      service.inbox.<IOException>process(
          message("1"),
          received -> {
            throw new IOException();
          });
    } catch (IOException declared) {
      assertThat(service.table.says("1")).startsWith("failed 1");
    }
  }

  @Test
  void errorRollsBackAndIsRecorded() {
    Error cause = new StackOverflowError();

    assertThatThrownBy(() -> service.inbox.process(message("1"), failing(cause))).isSameAs(cause);

    assertThat(service.points()).isZero();
    assertThat(service.table.says("1")).startsWith("failed 1: java.lang.StackOverflowError");
  }

  @Test
  void failedMessageIsConsumedByALaterDelivery() {
    fails(() -> service.inbox.process(message("1"), failing(new IOException())));
    fails(() -> service.inbox.process(message("1"), failing(new IOException())));
    assertThat(service.table.says("1")).startsWith("failed 2");

    assertThat(service.inbox.process(message("1"), service::addPoints)).isEqualTo(Outcome.CONSUMED);
    assertThat(service.points()).isOne();
    assertThat(service.table.says("1")).isEqualTo("consumed");
  }

  @Test
  void swallowedRollbackIsAFailure() {
    Handler<RuntimeException> swallowing =
        received -> {
          service.addPoints(received);
          fails(
              () ->
                  service.transaction.executeWithoutResult(
                      inner -> {
                        throw new IllegalStateException();
                      }));
        };

    assertThatThrownBy(() -> service.inbox.process(message("1"), swallowing))
        .isInstanceOf(UnexpectedRollbackException.class);
    assertThat(service.points()).isZero();
    assertThat(service.table.says("1"))
        .startsWith("failed 1: " + UnexpectedRollbackException.class.getName());
  }

  @Test
  void recorderThatCannotWriteHidesNothing() {
    IOException cause = new IOException();
    TransactionalInbox inbox =
        inboxOn(
            new FakeStore() {
              @Override
              public void recordFailure(ReceivedMessage message, String error) {
                throw new StackOverflowError();
              }
            });

    assertThatThrownBy(() -> inbox.process(message("1"), failing(cause))).isSameAs(cause);
    assertThat(service.counts.events).containsExactly("failed points");
  }

  @Test
  void contentionStartsAgainAtOnceAndIsNoFailure() {
    AtomicInteger tries = new AtomicInteger();

    Outcome outcome =
        service.inbox.process(
            message("1"),
            received -> {
              service.addPoints(received);
              if (tries.incrementAndGet() < 3) {
                throw new CannotAcquireLockException("deadlock");
              }
            });

    assertThat(outcome).isEqualTo(Outcome.CONSUMED);
    assertThat(tries).hasValue(3);
    assertThat(service.points()).isOne();
    assertThat(service.counts.events).containsExactly("consumed points");
  }

  @Test
  void admissionThatIsADeadlocksVictimStartsAgain() {
    AtomicInteger tries = new AtomicInteger();
    TransactionalInbox inbox =
        inboxOn(
            new FakeStore() {
              @Override
              public Admission admit(ReceivedMessage message) {
                if (tries.incrementAndGet() == 1) {
                  throw new CannotAcquireLockException("deadlock");
                }
                return super.admit(message);
              }
            });

    assertThat(inbox.process(message("1"), service::addPoints)).isEqualTo(Outcome.CONSUMED);
    assertThat(service.points()).isOne();
  }

  @Test
  void lastingContentionPassesOnUnrecorded() {
    AtomicInteger tries = new AtomicInteger();
    SQLException cause = new SQLException("serialisation", "40001");

    assertThatThrownBy(
            () ->
                service.inbox.process(
                    message("1"),
                    received -> {
                      tries.incrementAndGet();
                      throw new IllegalStateException(cause);
                    }))
        .hasCause(cause);

    assertThat(tries).hasValue(3);
    assertThat(service.table.says("1")).isEqualTo("nothing");
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void lostConnectionPassesOnAtOnceUnrecorded() {
    AtomicInteger tries = new AtomicInteger();

    fails(
        () ->
            service.inbox.process(
                message("1"),
                received -> {
                  tries.incrementAndGet();
                  throw new IllegalStateException(new SQLException("gone", "08006"));
                }));

    assertThat(tries).hasValue(1);
    assertThat(service.table.says("1")).isEqualTo("nothing");
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void inProgressElsewherePassesOnUnrecorded() {
    TransactionalInbox inbox =
        inboxOn(
            new FakeStore() {
              @Override
              public Admission admit(ReceivedMessage message) {
                throw new InProgressElsewhereException(message);
              }
            });

    assertThatThrownBy(() -> inbox.process(message("1"), service::addPoints))
        .isInstanceOf(InProgressElsewhereException.class);
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void failedAdmissionIsNotTheMessagesFault() {
    service.jdbc.execute("DROP TABLE message_consume");

    assertThatThrownBy(() -> service.inbox.process(message("1"), service::addPoints))
        .isInstanceOf(org.springframework.jdbc.BadSqlGrammarException.class);
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void norIsOneThatFailsAfterTheFirstTry() {
    AtomicInteger tries = new AtomicInteger();
    TransactionalInbox inbox =
        inboxOn(
            new FakeStore() {
              @Override
              public Admission admit(ReceivedMessage message) {
                if (tries.incrementAndGet() == 1) {
                  return Admission.ADMITTED;
                }
                throw new IllegalStateException();
              }
            });

    assertThatThrownBy(
            () -> inbox.process(message("1"), failing(new CannotAcquireLockException("deadlock"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void absentDatabaseIsNotTheMessagesFault() {
    service.dataSource.close();

    assertThatThrownBy(() -> service.inbox.process(message("1"), service::addPoints))
        .isInstanceOf(CannotCreateTransactionException.class);
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void commitRefusedForTheDataIsRecorded() {
    RuntimeException refused =
        new TransactionSystemException("commit", new SQLException("deferred", "23503"));

    assertThatThrownBy(() -> committing(refused).process(message("1"), service::addPoints))
        .isSameAs(refused);
    assertThat(service.table.says("1")).startsWith("failed 1").contains("SQLSTATE 23503");
    assertThat(service.points()).isZero();
  }

  @Test
  void commitLostToContentionStartsAgain() {
    RuntimeException lost =
        new TransactionSystemException("commit", new SQLException("serialisation", "40001"));

    assertThat(committing(lost).process(message("1"), service::addPoints))
        .isEqualTo(Outcome.CONSUMED);
    assertThat(service.points()).isOne();
    assertThat(service.counts.events).containsExactly("consumed points");
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "57P01"})
  void commitWhoseConnectionBrokeIsNotRecorded(String state) {
    RuntimeException broken =
        new TransactionSystemException("commit", new SQLException("gone", state));

    assertThatThrownBy(() -> committing(broken).process(message("1"), service::addPoints))
        .isSameAs(broken);
    assertThat(service.table.says("1")).isEqualTo("nothing");
  }

  @Test
  void rollbackThatFailsHidesNothing() {
    IOException cause = new IOException();
    IllegalStateException broken = new IllegalStateException();
    JdbcTransactionManager manager =
        new JdbcTransactionManager(service.dataSource) {
          @Override
          protected void doRollback(DefaultTransactionStatus status) {
            super.doRollback(status);
            throw broken;
          }
        };

    assertThatThrownBy(() -> inboxOn(service.table, manager).process(message("1"), failing(cause)))
        .isSameAs(cause)
        .hasSuppressedException(broken);
    assertThat(service.table.says("1")).startsWith("failed 1");
  }

  @Test
  void transactionManagerOfAnotherDataSourceIsRefused() {
    DriverManagerDataSource other = new DriverManagerDataSource("jdbc:h2:mem:");
    TransactionalInbox inbox = inboxOn(service.table, new JdbcTransactionManager(other));

    assertThatThrownBy(() -> inbox.process(message("1"), service::addPoints))
        .isInstanceOf(NotInTransactionException.class)
        .hasMessageContaining("not on the inbox's DataSource");
    assertThat(service.points()).isZero();
  }

  @Test
  void transactionManagerWithoutSynchronizationIsRefused() {
    service.transactionManager.setTransactionSynchronization(
        AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);

    assertThatThrownBy(() -> service.inbox.process(message("1"), service::addPoints))
        .isInstanceOf(NotInTransactionException.class)
        .hasMessageContaining("synchronization");
    assertThat(service.points()).isZero();
  }

  @Test
  void transactionThatSpringDoesNotShowIsRefused() {
    service.transactionManager.setTransactionSynchronization(
        AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);

    service.transaction.executeWithoutResult(
        (TransactionStatus unseen) -> {
          assertThatThrownBy(() -> service.inbox.process(message("1"), service::addPoints))
              .isInstanceOf(NotInTransactionException.class)
              .hasMessageContaining("@Transactional");
          unseen.setRollbackOnly();
        });
    assertThat(service.points()).isZero();
  }

  @Test
  void dataSourceMayBeAProxyThatKnowsTransactions() {
    TransactionalInbox inbox =
        new TransactionalInbox(
            service.table,
            service.transactionManager,
            new TransactionAwareDataSourceProxy(service.dataSource),
            service.counts);

    assertThat(inbox.process(message("1"), service::addPoints)).isEqualTo(Outcome.CONSUMED);
  }

  private Handler<Exception> failing(Throwable cause) {
    return received -> {
      service.addPoints(received);
      OwnTransactionTest.<RuntimeException>throwAnything(cause);
    };
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAnything(Throwable cause) throws T {
    throw (T) cause;
  }

  /** An inbox whose first commit fails, and leaves nothing behind. */
  private TransactionalInbox committing(RuntimeException failure) {
    AtomicInteger commits = new AtomicInteger();
    return inboxOn(
        service.table,
        new JdbcTransactionManager(service.dataSource) {
          @Override
          protected void doCommit(DefaultTransactionStatus status) {
            if (commits.incrementAndGet() == 1) {
              doRollback(status);
              throw failure;
            }
            super.doCommit(status);
          }
        });
  }

  private TransactionalInbox inboxOn(ConsumeStore store) {
    return inboxOn(store, service.transactionManager);
  }

  private TransactionalInbox inboxOn(ConsumeStore store, JdbcTransactionManager manager) {
    return new TransactionalInbox(store, manager, service.dataSource, service.counts);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Admits everything. */
  private static class FakeStore implements ConsumeStore {
    @Override
    public Admission admit(ReceivedMessage message) {
      return Admission.ADMITTED;
    }

    @Override
    public void recordFailure(ReceivedMessage message, String error) {}

    @Override
    public int purge(Duration olderThan, int limit) {
      return 0;
    }
  }
}
