package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One child process with its descendants: started, waited for, killed, frozen.
 *
 * <p>It ends with this JVM: a shutdown hook kills it, and where {@code setpriv} is there the kernel
 * does, even if this JVM is killed. Its output is appended to a file, never to this JVM's own,
 * which belongs to the test runner.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Duration DEATH_LIMIT = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 25;

  private final Launch launch;
  private final Process process;
  private final long logStart;

  private ChildProcess(Launch launch, Process process, long logStart) {
    this.launch = launch;
    this.process = process;
    this.logStart = logStart;
  }

  /**
   * Starts a process and returns at once.
   *
   * @throws ServerException if the program cannot be started
   */
  public static ChildProcess start(Launch launch) {
    long logStart = sizeOf(launch.log());
    ChildProcess child = new ChildProcess(launch, Forks.fork(launch), logStart);
    Leftovers.killAtExit(child);
    return child;
  }

  /**
   * Runs a program to its end and returns what it wrote.
   *
   * @throws ServerException if it ends with another exit code than 0, or not within the limit
   */
  static String run(Launch launch, Duration limit) {
    try (ChildProcess child = start(launch)) {
      if (!child.waitFor(limit)) {
        throw child.failure("did not end within " + limit);
      }
      if (child.process.exitValue() != 0) {
        throw child.failure("ended with exit code " + child.process.exitValue());
      }
      return child.output();
    }
  }

  /**
   * Waits until a condition holds.
   *
   * @param ready is asked about 40 times a second, by the calling thread
   * @throws ServerException if the process ends before, or the limit is over
   */
  public void await(Readiness ready, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw failure("ended with exit code " + process.exitValue() + " before it was ready");
      }
      try {
        if (ready.isReady(this)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerException("interrupted while waiting for " + launch.name(), e);
      } catch (ServerException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      waitFor(Duration.ofMillis(POLL_MILLIS));
    }
    ServerException failure = failure("was not ready within " + limit);
    if (last != null) {
      failure.addSuppressed(last);
    }
    throw failure;
  }

  /** Whether the process is there, frozen or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** What the process has written since it was started. */
  public String output() {
    return LogFile.read(launch.log(), logStart);
  }

  /** Ends it and its descendants with SIGKILL and returns when they are gone. */
  public void kill() {
    List<ProcessHandle> family = family();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    if (!waitFor(DEATH_LIMIT) || !Signals.awaitEnd(family, DEATH_LIMIT)) {
      throw failure("is still there " + DEATH_LIMIT + " after SIGKILL");
    }
    Leftovers.forget(this);
  }

  /** Asks it to end by its stop signal and kills it when it is still there after the limit. */
  public void stop(Duration limit) {
    if (process.isAlive()) {
      thaw();
      Signals.send(launch.stopSignal(), List.of(process.toHandle()));
      waitFor(limit);
    }
    kill();
  }

  /** Stops it and its descendants with SIGSTOP and returns when they stand still. */
  public void freeze() {
    List<ProcessHandle> self = List.of(process.toHandle());
    Signals.send("STOP", self);
    Signals.awaitStopped(self, DEATH_LIMIT);
    // Only now can it fork no more, so that this list is complete.
    List<ProcessHandle> family = family();
    Signals.send("STOP", family);
    Signals.awaitStopped(family, DEATH_LIMIT);
  }

  /** Lets it and its descendants go on with SIGCONT. */
  public void thaw() {
    Signals.send("CONT", family());
  }

  @Override
  public void close() {
    kill();
  }

  void killNow() {
    List<ProcessHandle> family = family();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
  }

  private List<ProcessHandle> family() {
    List<ProcessHandle> family = new ArrayList<>();
    family.add(process.toHandle());
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      descendants.forEach(family::add);
    }
    return family;
  }

  private boolean waitFor(Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("interrupted while waiting for " + launch.name(), e);
    }
  }

  private ServerException failure(String what) {
    return new ServerException(
        launch.name()
            + " "
            + what
            + "; the end of "
            + launch.log()
            + ":\n"
            + LogFile.tail(launch.log(), logStart));
  }

  private static long sizeOf(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
