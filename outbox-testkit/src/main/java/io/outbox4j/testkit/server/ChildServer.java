package io.outbox4j.testkit.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server of one or more child processes, started in order and ended in reverse order. */
abstract class ChildServer implements Server {

  /**
   * One process of the server.
   *
   * @param launch how it is started
   * @param ready when the next one may be started
   */
  record Stage(Launch launch, Readiness ready) {}

  static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final String name;
  private final Path folder;
  private final Deque<ChildProcess> processes = new ArrayDeque<>();
  private boolean prepared;
  private boolean frozen;
  private boolean closed;

  ChildServer(String name) {
    this.name = name;
    this.folder = Leftovers.folder(name);
  }

  /** Creates the data before the first start. */
  abstract void prepare();

  abstract List<Stage> stages();

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Path folder() {
    return folder;
  }

  @Override
  public final synchronized void start() {
    if (closed) {
      throw new IllegalStateException(name + " is closed: make a new one");
    }
    if (isRunning()) {
      return;
    }
    endAll(ChildProcess::kill);
    long begin = System.nanoTime();
    if (!prepared) {
      prepare();
      prepared = true;
    }
    try {
      for (Stage stage : stages()) {
        ChildProcess process = ChildProcess.start(stage.launch());
        processes.push(process);
        process.await(stage.ready(), START_LIMIT);
      }
    } catch (RuntimeException e) {
      endAll(ChildProcess::kill);
      throw e;
    }
    LOG.debug(
        "{} serves on {} after {} ms", name, address(), (System.nanoTime() - begin) / 1_000_000);
  }

  @Override
  public final synchronized void stop() {
    endAll(process -> process.stop(STOP_LIMIT));
  }

  @Override
  public final synchronized void kill() {
    endAll(ChildProcess::kill);
  }

  @Override
  public final synchronized void freeze() {
    if (!isRunning()) {
      throw new IllegalStateException(name + " is not running: start it before it is frozen");
    }
    frozen = true;
    processes.forEach(ChildProcess::freeze);
  }

  @Override
  public final synchronized void thaw() {
    if (frozen) {
      processes.forEach(ChildProcess::thaw);
      frozen = false;
    }
  }

  @Override
  public final synchronized boolean isRunning() {
    return !processes.isEmpty() && processes.stream().allMatch(ChildProcess::isAlive);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      kill();
      Leftovers.delete(folder);
    }
  }

  private void endAll(Consumer<ChildProcess> end) {
    while (!processes.isEmpty()) {
      end.accept(processes.pop());
    }
    frozen = false;
  }
}
