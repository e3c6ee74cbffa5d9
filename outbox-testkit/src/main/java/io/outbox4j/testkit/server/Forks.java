package io.outbox4j.testkit.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts every child process from one thread that lives as long as this JVM. The kernel sends the
 * parent-death signal when the thread that forked ends, not when the process does: a child forked
 * by a pool's thread would die with it.
 */
final class Forks {

  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "outbox-testkit-forks");
            thread.setDaemon(true);
            return thread;
          });

  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private Forks() {}

  /** Whether this process may run others as another user. */
  static boolean isRoot() {
    return ROOT;
  }

  static Process fork(Launch launch) {
    List<String> command = new ArrayList<>(prefix(launch));
    command.addAll(launch.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(launch.folder().toFile());
    builder.environment().putAll(launch.environment());
    // Options of this JVM (agents, debug ports) must not reach a child.
    builder
        .environment()
        .keySet()
        .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    return onForkThread(
        () -> {
          Process process = builder.start();
          process.getOutputStream().close();
          return process;
        },
        launch.name());
  }

  private static List<String> prefix(Launch launch) {
    String user = ROOT ? launch.user() : null;
    if (!ParentDeath.AVAILABLE) {
      if (user != null) {
        throw new ServerException(
            launch.name()
                + " refuses to run as root and setpriv (package util-linux) is not there to run it as "
                + user);
      }
      return List.of();
    }
    List<String> prefix = new ArrayList<>(List.of("setpriv"));
    if (user != null) {
      prefix.addAll(
          List.of(
              "--reuid=" + user, "--regid=" + group(user), "--clear-groups", "--inh-caps=-all"));
    }
    prefix.addAll(List.of("--pdeathsig", "KILL"));
    return prefix;
  }

  /** The group of nobody has another name on each system, but one number. */
  private static String group(String user) {
    return user.equals("nobody") ? "65534" : user;
  }

  private static <T> T onForkThread(Callable<T> task, String name) {
    try {
      return THREAD.submit(task).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("interrupted while starting " + name, e);
    } catch (ExecutionException e) {
      throw new ServerException("cannot start " + name, e);
    }
  }

  /** Tells once whether setpriv is there and knows the parent-death signal. */
  private static final class ParentDeath {

    static final boolean AVAILABLE = probe();

    private static boolean probe() {
      try {
        Process process =
            new ProcessBuilder("setpriv", "--pdeathsig", "KILL", "true")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
