package io.outbox4j.assembly;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.outbox4j.Safety;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import io.outbox4j.spi.Transport;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Lets each transport look at its broker, on a thread of its own named {@code
 * outbox-safety-<transport>}, so that one that is away holds up no other, and says what was found.
 */
final class SafetyCheck implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Safety.class);

  /** Of more subjects than this a line names the number only. */
  private static final int MOST_SUBJECTS = 50;

  /** What findings have in common that become one line. */
  private record Kind(String problem, String remedy, URI manual) {}

  private final Safety safety;
  private final Map<String, Transport> transports;
  private final Map<String, String> routes;
  private final Set<Thread> looking = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  SafetyCheck(Safety safety, Map<String, Transport> transports, Map<String, String> routes) {
    this.safety = safety;
    this.transports = new LinkedHashMap<>(transports);
    this.routes = new LinkedHashMap<>(routes);
  }

  /** With {@link Safety#WARN}: begins to look, and returns. */
  void warn() {
    if (safety == Safety.WARN) {
      transports.forEach(
          (name, transport) ->
              begin(
                  name,
                  () -> {
                    SafetyReport report = look(name, transport);
                    if (!closed) {
                      tellUnseen(name, report, Level.INFO);
                      lines(report).forEach(line -> log.warn("Transport '{}': {}", name, line));
                    }
                  }));
    }
  }

  /** With {@link Safety#FAIL}: looks, and returns all findings, a line each. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (safety == Safety.FAIL) {
      Map<String, FutureTask<SafetyReport>> looks = new LinkedHashMap<>();
      transports.forEach(
          (name, transport) -> {
            FutureTask<SafetyReport> look = new FutureTask<>(() -> look(name, transport));
            looks.put(name, look);
            begin(name, look);
          });
      long begin = System.nanoTime();
      looks.forEach(
          (name, look) -> {
            long limit = transportLimit(name) - (System.nanoTime() - begin);
            SafetyReport report = await(look, limit);
            // Asked for: whoever wants a start refused should know that nobody looked.
            tellUnseen(name, report, Level.WARN);
            lines(report)
                .forEach(
                    line ->
                        problems.add(
                            "outbox.safety is fail, and transport '" + name + "': " + line));
          });
    }
    return problems;
  }

  private long transportLimit(String name) {
    Transport transport = transports.get(name);
    return transport == null ? 0 : transport.sendLimit().toNanos();
  }

  private static SafetyReport await(FutureTask<SafetyReport> look, long nanos) {
    try {
      return look.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      look.cancel(true);
      return SafetyReport.unseen("all", "no answer within the send limit");
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      return SafetyReport.unseen("all", "an error, " + cause.getClass().getName());
    } catch (InterruptedException e) {
      look.cancel(true);
      Thread.currentThread().interrupt();
      return SafetyReport.unseen("all", "interrupted");
    }
  }

  private void begin(String name, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } finally {
                looking.remove(Thread.currentThread());
              }
            },
            "outbox-safety-" + name);
    thread.setDaemon(true);
    looking.add(thread);
    thread.start();
  }

  /** A client of another version than the transport was compiled for may lack what it calls. */
  private SafetyReport look(String name, Transport transport) {
    List<String> patterns =
        routes.entrySet().stream()
            .filter(route -> route.getValue().equals(name))
            .map(Map.Entry::getKey)
            .toList();
    try {
      return Objects.requireNonNull(transport.inspect(new RoutedTopics(patterns)), "report");
    } catch (RuntimeException | LinkageError e) {
      return SafetyReport.unseen("all", "an error, " + e.getClass().getName());
    }
  }

  private static void tellUnseen(String name, SafetyReport report, Level level) {
    bySubjects(report.unseen(), Unseen::reason, Unseen::subject)
        .forEach(
            (reason, subjects) ->
                log.atLevel(level)
                    .log(
                        "Whether the broker of transport '{}' keeps what it accepts was not seen {}: {}",
                        name,
                        text(subjects),
                        reason));
  }

  private static List<String> lines(SafetyReport report) {
    List<String> lines = new ArrayList<>();
    bySubjects(
            report.findings(),
            found -> new Kind(found.problem(), found.remedy(), found.manual()),
            Finding::subject)
        .forEach(
            (kind, subjects) ->
                lines.add(
                    "%s %s: %s, see %s"
                        .formatted(kind.problem(), text(subjects), kind.remedy(), kind.manual())));
    return lines;
  }

  private static <T, K> Map<K, List<String>> bySubjects(
      List<T> items, Function<T, K> kind, Function<T, String> subject) {
    return items.stream().collect(groupingBy(kind, LinkedHashMap::new, mapping(subject, toList())));
  }

  private static String text(List<String> subjects) {
    int more = subjects.size() - MOST_SUBJECTS;
    return more <= 0
        ? subjects.toString()
        : subjects.subList(0, MOST_SUBJECTS) + " and " + more + " more";
  }

  /** Ends the looks that are under way; nothing more is said. */
  @Override
  public void close() {
    closed = true;
    looking.forEach(Thread::interrupt);
  }
}
