package io.outbox4j.consume;

import static io.outbox4j.consume.PointsService.fails;
import static io.outbox4j.consume.PointsService.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariPoolMXBean;
import io.outbox4j.Inbox.Handler;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.NotInTransactionException;
import io.outbox4j.OutboxException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox in a transaction of its caller, with a pool of one connection. */
@Timeout(30)
class JoinedTransactionTest {

  private final PointsService service = new PointsService(1);

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void rowAndChangeCommitWithTheCaller() {
    service.transaction.executeWithoutResult(
        running -> {
          assertThat(service.inbox.process(message("1"), service::addPoints))
              .isEqualTo(Outcome.CONSUMED);
          assertThat(service.counts.events).isEmpty();
        });

    assertThat(service.points()).isOne();
    assertThat(service.table.says("1")).isEqualTo("consumed");
    assertThat(service.counts.events).containsExactly("consumed points");
  }

  @Test
  void rowAndChangeRollBackWithTheCaller() {
    service.transaction.executeWithoutResult(
        running -> {
          service.inbox.process(message("1"), service::addPoints);
          running.setRollbackOnly();
        });

    assertThat(service.points()).isZero();
    assertThat(service.table.says("1")).isEqualTo("nothing");
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void duplicateIsRecognised() {
    service.inbox.process(message("1"), service::addPoints);

    Outcome second =
        service.transaction.execute(
            running -> service.inbox.process(message("1"), service::addPoints));

    assertThat(second).isEqualTo(Outcome.DUPLICATE);
    assertThat(service.counts.events).containsExactly("consumed points", "duplicate points");
  }

  @Test
  void failureIsRecordedAfterTheEnd() {
    IllegalStateException cause = new IllegalStateException("card 4711");

    assertThatThrownBy(
            () ->
                service.transaction.executeWithoutResult(
                    running -> service.inbox.process(message("1"), failing(cause))))
        .isSameAs(cause);

    awaitTable("1", "failed 1: java.lang.IllegalStateException");
    assertThat(service.table.says("1")).doesNotContain("4711");
    assertThat(service.points()).isZero();
    assertThat(service.counts.events).containsExactly("failed points");
  }

  /** A callback after ours keeps the only connection until the recorder waits for it. */
  @Test
  void endOfTheTransactionDoesNotWaitForTheRecorder() {
    HikariPoolMXBean pool = service.dataSource.getHikariPoolMXBean();
    List<Integer> held = new ArrayList<>();

    fails(
        () ->
            service.transaction.executeWithoutResult(
                running -> {
                  fails(
                      () ->
                          service.inbox.process(
                              message("1"), failing(new IllegalStateException())));
                  TransactionSynchronizationManager.registerSynchronization(
                      new TransactionSynchronization() {
                        @Override
                        public void afterCompletion(int status) {
                          await().until(() -> pool.getThreadsAwaitingConnection() == 1);
                          held.add(pool.getActiveConnections());
                        }
                      });
                }));

    assertThat(held).containsExactly(1);
    awaitTable("1", "failed 1");
  }

  @Test
  void callerThatCatchesTheExceptionCannotCommit() {
    assertThatThrownBy(
            () ->
                service.transaction.executeWithoutResult(
                    running ->
                        fails(
                            () -> service.inbox.process(message("1"), failing(new IOException())))))
        .isInstanceOf(UnexpectedRollbackException.class);

    awaitTable("1", "failed 1: java.io.IOException");
    assertThat(service.points()).isZero();
  }

  /** Such as JPA's, which looks at the entity manager. */
  @Test
  void neitherWithAManagerThatDoesNotAskTheConnectionsHolder() {
    assertThatThrownBy(
            () ->
                committingAnyway()
                    .executeWithoutResult(
                        running ->
                            fails(
                                () ->
                                    service.inbox.process(
                                        message("1"), failing(new IOException())))))
        .isInstanceOf(OutboxException.class)
        .hasMessageContaining("can't commit")
        .hasMessageContaining("java.io.IOException");

    awaitTable("1", "failed 1: java.io.IOException");
    assertThat(service.points()).isZero();
  }

  @Test
  void failureInsideASavepointLetsTheRestCommit() {
    service.transaction.executeWithoutResult(
        running -> {
          service.inbox.process(message("1"), service::addPoints);
          fails(
              () ->
                  nested()
                      .executeWithoutResult(
                          inner ->
                              service.inbox.process(
                                  message("2"), failing(new IllegalStateException()))));
          service.inbox.process(message("3"), service::addPoints);
        });

    awaitTable("2", "failed 1");
    assertThat(service.points()).isEqualTo(2);
    assertThat(service.table.says("1")).isEqualTo("consumed");
    assertThat(service.table.says("3")).isEqualTo("consumed");
    assertThat(service.counts.events)
        .containsExactlyInAnyOrder("consumed points", "failed points", "consumed points");
  }

  @Test
  void savepointInsideTheHandlerDoesNotUndoTheRow() {
    service.transaction.executeWithoutResult(
        running -> service.inbox.process(message("1"), rollingBackToASavepoint()));

    assertThat(service.points()).isOne();
    assertThat(service.counts.events).containsExactly("consumed points");

    assertThatThrownBy(
            () ->
                committingAnyway()
                    .executeWithoutResult(
                        running ->
                            fails(
                                () ->
                                    service.inbox.process(
                                        message("2"),
                                        received -> {
                                          rollingBackToASavepoint().handle(received);
                                          throw new IOException();
                                        }))))
        .isInstanceOf(OutboxException.class);
    assertThat(service.points()).isOne();
  }

  @Test
  void consumedInsideASavepointThatRolledBackIsNotCounted() {
    service.transaction.executeWithoutResult(
        running ->
            nested()
                .executeWithoutResult(
                    inner -> {
                      service.inbox.process(message("1"), service::addPoints);
                      inner.setRollbackOnly();
                    }));

    assertThat(service.table.says("1")).isEqualTo("nothing");
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void contentionPassesOnAfterOneTryUnrecorded() {
    AtomicInteger tries = new AtomicInteger();

    fails(
        () ->
            service.transaction.executeWithoutResult(
                running ->
                    service.inbox.process(
                        message("1"),
                        received -> {
                          tries.incrementAndGet();
                          throw new IllegalStateException(new SQLException("lock", "55P03"));
                        })));

    service.inbox.close();
    assertThat(tries).hasValue(1);
    assertThat(service.table.says("1")).isEqualTo("nothing");
    assertThat(service.counts.events).isEmpty();
  }

  @Test
  void messageInsideAHandlerJoins() {
    service.inbox.process(
        message("1"), outer -> service.inbox.process(message("2"), service::addPoints));

    assertThat(service.points()).isOne();
    assertThat(service.table.says("2")).isEqualTo("consumed");

    fails(
        () ->
            service.inbox.process(
                message("3"),
                outer -> service.inbox.process(message("4"), failing(new IOException()))));

    awaitTable("4", "failed 1");
    assertThat(service.table.says("3")).startsWith("failed 1");
    assertThat(service.points()).isOne();
  }

  @Test
  void readOnlyTransactionIsRefused() {
    service.transaction.setReadOnly(true);

    refuses(service.transaction, "read-only");
  }

  @Test
  void transactionOfAnotherDataSourceIsRefused() {
    DriverManagerDataSource other = new DriverManagerDataSource("jdbc:h2:mem:");

    refuses(
        new TransactionTemplate(new JdbcTransactionManager(other)),
        "not on the inbox's DataSource");
  }

  @Test
  void transactionThatIsOverIsRefused() {
    AtomicInteger refused = new AtomicInteger();
    service.transaction.executeWithoutResult(
        running ->
            TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                  @Override
                  public void afterCompletion(int status) {
                    assertThatThrownBy(
                            () -> service.inbox.process(message("1"), service::addPoints))
                        .isInstanceOf(NotInTransactionException.class)
                        .hasMessageContaining("over");
                    refused.incrementAndGet();
                  }
                }));

    assertThat(refused).hasValue(1);
    assertThat(service.points()).isZero();
  }

  @Test
  void closedInboxLogsWhatItCannotRecord() {
    service.inbox.close();
    IllegalStateException cause = new IllegalStateException();

    assertThatThrownBy(
            () ->
                service.transaction.executeWithoutResult(
                    running -> service.inbox.process(message("1"), failing(cause))))
        .isSameAs(cause);
    assertThat(service.table.says("1")).isEqualTo("nothing");
    assertThat(service.counts.events).containsExactly("failed points");
  }

  @Test
  void closeWaitsForWhatIsToBeRecorded() {
    for (int n = 0; n < 20; n++) {
      String id = "close-" + n;
      fails(
          () ->
              service.transaction.executeWithoutResult(
                  running -> service.inbox.process(message(id), failing(new IOException()))));
    }

    service.inbox.close();

    for (int n = 0; n < 20; n++) {
      assertThat(service.table.says("close-" + n)).startsWith("failed 1");
    }
  }

  private void refuses(TransactionTemplate transaction, String reason) {
    transaction.executeWithoutResult(
        running ->
            assertThatThrownBy(() -> service.inbox.process(message("1"), service::addPoints))
                .isInstanceOf(NotInTransactionException.class)
                .hasMessageContaining(reason));
    assertThat(service.points()).isZero();
  }

  private void awaitTable(String id, String start) {
    await().untilAsserted(() -> assertThat(service.table.says(id)).startsWith(start));
  }

  private TransactionTemplate committingAnyway() {
    return new TransactionTemplate(
        new JdbcTransactionManager(service.dataSource) {
          @Override
          protected boolean shouldCommitOnGlobalRollbackOnly() {
            return true;
          }
        });
  }

  private Handler<RuntimeException> rollingBackToASavepoint() {
    return received -> {
      service.addPoints(received);
      nested()
          .executeWithoutResult(
              inner -> {
                service.addPoints(received);
                inner.setRollbackOnly();
              });
    };
  }

  private TransactionTemplate nested() {
    TransactionTemplate nested = new TransactionTemplate(service.transactionManager);
    nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    return nested;
  }

  private <E extends Exception> Handler<RuntimeException> failing(E cause) {
    return received -> {
      service.addPoints(received);
      JoinedTransactionTest.<RuntimeException>throwAnything(cause);
    };
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAnything(Throwable cause) throws T {
    throw (T) cause;
  }
}
