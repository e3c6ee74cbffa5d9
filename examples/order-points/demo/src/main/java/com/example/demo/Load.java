package com.example.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Places all orders, evenly over some seconds so that each fault hits a busy service. The last
 * tenth waits until the faults are over: it shows that all is well again.
 */
final class Load implements AutoCloseable {

  private static final int WORKERS = 8;
  private static final Duration SPREAD = Duration.ofSeconds(30);

  private final Client client;
  private final int orders;
  private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
  private final AtomicInteger next = new AtomicInteger();
  private final ConcurrentLinkedQueue<Placement> placed = new ConcurrentLinkedQueue<>();
  private final CountDownLatch faultsOver = new CountDownLatch(1);
  private final List<CompletableFuture<Void>> work = new ArrayList<>();

  Load(Client client, int orders) {
    this.client = client;
    this.orders = orders;
  }

  /** Begins, on threads of its own. */
  void start() {
    long start = System.nanoTime();
    for (int i = 0; i < WORKERS; i++) {
      work.add(CompletableFuture.runAsync(() -> placeAll(start), workers));
    }
  }

  /** How many orders have been placed, whatever the answer. */
  int placed() {
    return placed.size();
  }

  /**
   * Waits until so many more percent of the orders are placed, or as many as are placed before the
   * faults are over; at most 15 seconds, since a service without its broker may stand still.
   */
  void awaitMore(int percent) {
    int goal = Math.min(placed.size() + orders * percent / 100, orders - orders / 10);
    Wait.until(Duration.ofSeconds(15), Duration.ofMillis(10), () -> placed.size() >= goal);
  }

  /** Lets the last tenth go, and waits for the end; returns all orders by their ids. */
  List<Placement> finish(Duration limit) throws Exception {
    faultsOver.countDown();
    CompletableFuture.allOf(work.toArray(new CompletableFuture<?>[0]))
        .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    return placed.stream().sorted(Comparator.comparing(Placement::id)).toList();
  }

  private void placeAll(long start) {
    int number = next.getAndIncrement();
    while (number < orders && !Thread.currentThread().isInterrupted()) {
      awaitTurn(start, number);
      placed.add(client.place("order-%06d".formatted(number), number));
      number = next.getAndIncrement();
    }
  }

  private void awaitTurn(long start, int number) {
    if (number >= orders - orders / 10) {
      try {
        faultsOver.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    long turn = start + SPREAD.toNanos() / orders * number;
    while (System.nanoTime() < turn && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(turn - System.nanoTime());
    }
  }

  /** Ends the workers, also in the middle. */
  @Override
  public void close() {
    workers.shutdownNow();
  }
}
