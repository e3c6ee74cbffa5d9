package io.outbox4j.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection of the day. A lost one is replaced when the next batch wants it; the client's own
 * recovery is off, since it would keep batches waiting for a connection that may not come.
 */
final class Links implements AutoCloseable {

  private static final String NAME = "outbox";
  static final int CLOSE_MILLIS = 500;

  private final ConnectionFactory factory;
  private final List<Address> addresses;
  private final Times times;
  private final LongSupplier clock;
  private final ThreadPoolExecutor threads;
  private @Nullable CompletableFuture<Link> current;
  private @Nullable Wire wire;
  private final Set<Wire> apart = new HashSet<>();
  private boolean closed;

  Links(ConnectionFactory factory, List<Address> addresses, Times times, LongSupplier clock) {
    this.factory = factory;
    this.addresses = addresses;
    this.times = times;
    this.clock = clock;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "outbox-rabbit-" + number.incrementAndGet()));
  }

  /**
   * The open link, or one that is being opened, by another thread.
   *
   * @throws RejectedExecutionException when closed
   */
  synchronized CompletableFuture<Link> current() {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
    if (current == null || hasFailed(current)) {
      CompletableFuture<Link> next = new CompletableFuture<>();
      ConnectionFactory own = factory.clone();
      Wire ownWire = new Wire(own.getSocketConfigurator());
      prepare(own, ownWire);
      inBackground(() -> open(own, ownWire, next));
      wire = ownWire;
      current = next;
    }
    return current;
  }

  /**
   * Does something on a connection apart from the one that sends, and on another thread. The
   * connection is cut when the time is over, the calling thread is interrupted, or this is closed:
   * the client itself waits for its broker's answers regardless.
   *
   * @throws RejectedExecutionException when closed
   * @throws ExecutionException with what the work threw, or why there is no connection
   */
  <T> T apart(Function<Connection, T> work)
      throws InterruptedException, ExecutionException, TimeoutException {
    ConnectionFactory own = factory.clone();
    Wire ownWire = new Wire(own.getSocketConfigurator());
    prepare(own, ownWire);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              Connection connection = connect(own, NAME + "-safety");
              try {
                return work.apply(connection);
              } finally {
                connection.abort(CLOSE_MILLIS);
              }
            });
    synchronized (this) {
      inBackground(task);
      apart.add(ownWire);
    }
    try {
      return task.get(times.giveUpAfter().toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      ownWire.cut();
      synchronized (this) {
        apart.remove(ownWire);
      }
    }
  }

  /**
   * Does what may block, on a thread of its own.
   *
   * @throws RejectedExecutionException when closed
   */
  void inBackground(Runnable task) {
    threads.execute(task);
  }

  @Override
  public void close() {
    CompletableFuture<Link> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = current;
    }
    if (last != null && !hasFailed(last) && last.isDone()) {
      closeInGoodOrder(last.join());
    }
    threads.shutdown();
    synchronized (this) {
      if (wire != null) {
        wire.cut();
      }
      apart.forEach(Wire::cut);
    }
  }

  private void closeInGoodOrder(Link link) {
    Future<?> end = threads.submit(() -> link.close(CLOSE_MILLIS));
    try {
      end.get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It is cut instead.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean hasFailed(CompletableFuture<Link> link) {
    return link.isCompletedExceptionally() || (link.isDone() && !link.join().isOpen());
  }

  /** Changes the transport's own copy of the factory. */
  private void prepare(ConnectionFactory own, Wire ownWire) {
    own.useBlockingIo();
    own.setSocketConfigurator(ownWire);
    own.setThreadFactory(task -> daemon(task, "outbox-rabbit-client"));
    own.setAutomaticRecoveryEnabled(false);
    own.setTopologyRecoveryEnabled(false);
    own.setConnectionTimeout(times.within(own.getConnectionTimeout()));
    own.setHandshakeTimeout(times.within(own.getHandshakeTimeout()));
    own.setChannelRpcTimeout(times.within(own.getChannelRpcTimeout()));
    // What comes in are our own messages, returned: none may cost the connection.
    own.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
  }

  private void open(ConnectionFactory own, Wire ownWire, CompletableFuture<Link> result) {
    try {
      result.complete(new Link(connect(own, NAME), ownWire, clock));
    } catch (Exception e) {
      ownWire.cut();
      result.completeExceptionally(e);
    }
  }

  private Connection connect(ConnectionFactory own, String name)
      throws IOException, TimeoutException {
    return addresses.isEmpty() ? own.newConnection(name) : own.newConnection(addresses, name);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
