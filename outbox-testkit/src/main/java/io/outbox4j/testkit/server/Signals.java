package io.outbox4j.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Sends signals and waits until the kernel has carried them out, as /proc tells where there is one.
 */
final class Signals {

  private static final Path PROC = Path.of("/proc");
  private static final char GONE = '-';

  private Signals() {}

  static void send(String signal, Collection<ProcessHandle> processes) {
    String pids =
        processes.stream()
            .map(process -> Long.toString(process.pid()))
            .collect(Collectors.joining(" "));
    // One that ended meanwhile makes kill fail for it alone: whoever needs the effect waits for it.
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pids)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(20, TimeUnit.SECONDS)) {
        throw new ServerException("kill -" + signal + " " + pids + " did not end within 20 s");
      }
    } catch (IOException e) {
      throw new ServerException("cannot send SIG" + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("interrupted while sending SIG" + signal, e);
    }
  }

  static void awaitStopped(Collection<ProcessHandle> processes, Duration limit) {
    if (!await(processes, state -> "Tt".indexOf(state) >= 0 || isEnd(state), limit)) {
      throw new ServerException("processes still run " + limit + " after SIGSTOP: " + processes);
    }
  }

  static boolean awaitEnd(Collection<ProcessHandle> processes, Duration limit) {
    return await(processes, Signals::isEnd, limit);
  }

  /**
   * A killed process whose new parent does not reap stays as a zombie: it holds no file, port or
   * memory any more.
   */
  private static boolean isEnd(char state) {
    return state == GONE || state == 'Z' || state == 'X';
  }

  private static boolean await(
      Collection<ProcessHandle> processes, Predicate<Character> wanted, Duration limit) {
    if (!Files.isDirectory(PROC)) {
      return true;
    }
    long end = System.nanoTime() + limit.toNanos();
    while (!processes.stream().allMatch(process -> wanted.test(state(process.pid())))) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return true;
  }

  static char state(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
      // "pid (name) S ...": the name may hold blanks and brackets.
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return GONE;
    }
  }
}
