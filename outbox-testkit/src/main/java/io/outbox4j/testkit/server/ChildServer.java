package io.outbox4j.testkit.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of one or more child processes, started in order and ended in reverse order. The server
 * of one more broker extends it, says how its processes are started, and has everything else.
 *
 * <pre>{@code
 * final class MyServer extends ChildServer {
 *   private final InetSocketAddress address = new InetSocketAddress("127.0.0.1", FreePorts.next());
 *
 *   MyServer() {
 *     super("my");
 *   }
 *
 *   public InetSocketAddress address() {
 *     return address;
 *   }
 *
 *   protected List<Stage> stages() {
 *     List<String> command = List.of("my-server", "--port", Integer.toString(address.getPort()));
 *     return List.of(
 *         new Stage(
 *             Launch.of("my", folder(), command), process -> process.output().contains("ready")));
 *   }
 * }
 * }</pre>
 */
public abstract class ChildServer implements Server {

  /**
   * One process of the server.
   *
   * @param launch how it is started
   * @param ready when it serves, so that the next one may be started; asked for 90 seconds
   */
  public record Stage(Launch launch, Readiness ready) {}

  static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final String name;
  private final Path folder;
  private final Deque<ChildProcess> processes = new ArrayDeque<>();
  private boolean prepared;
  private boolean frozen;
  private boolean closed;

  /**
   * A server that is not started yet, with a new folder below the temporary folder.
   *
   * @param name what it is called in logs, errors and the folder's name
   */
  protected ChildServer(String name) {
    this.name = name;
    this.folder = Leftovers.folder(name);
  }

  /**
   * Makes what must stand in the folder before the first start. Called once, by the first {@link
   * #start()}. Does nothing by default.
   */
  protected void prepare() {}

  /**
   * Its processes, in the order in which they are started; asked for at each start. Data belongs
   * into {@link #folder()}, ports are the same each time.
   */
  protected abstract List<Stage> stages();

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
