package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PoolOfOneTest {

  private static final int THREADS = 20;
  private static final int TRANSACTIONS = 10;

  @Test
  void twentyThreadsPublishWithOneConnection()
      throws InterruptedException, ExecutionException, TimeoutException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(World.database());
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(30_000);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      World world = World.of(new WatchedDataSource(pool));
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread * TRANSACTIONS;
        running.add(threads.submit(() -> publish(world, first)));
      }
      for (Future<?> it : running) {
        it.get(20, TimeUnit.SECONDS);
      }
      assertThat(world.store.topics()).hasSize(2 * THREADS * TRANSACTIONS).doesNotHaveDuplicates();
      assertThat(world.handOver.committed)
          .containsExactlyInAnyOrderElementsOf(world.store.topics());
      assertThat(world.businessRows()).isEqualTo(THREADS * TRANSACTIONS);
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private static void publish(World world, int first) {
    for (int id = first; id < first + TRANSACTIONS; id++) {
      int business = id;
      world.in(
          () -> {
            world.publish("before-" + business);
            world.business(business);
            world.publish("after-" + business);
          });
    }
  }
}
