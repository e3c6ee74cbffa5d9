package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void isReadyWhenTheConditionHolds() {
    try (ChildProcess child = shell("echo up; exec sleep 60")) {
      child.await(process -> process.output().contains("up"), LONG);

      assertThat(child.isAlive()).isTrue();
    }
  }

  @Test
  void anEarlyEndIsToldWithItsOutput() {
    try (ChildProcess child = shell("echo port in use; exit 3")) {
      assertThatThrownBy(() -> child.await(process -> false, LONG))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("exit code 3")
          .hasMessageContaining("port in use");
    }
  }

  @Test
  void aTimeLimitIsToldWithTheOutputAndTheLastError() {
    try (ChildProcess child = shell("echo still loading; exec sleep 60")) {
      child.await(process -> process.output().contains("loading"), LONG);

      assertThatThrownBy(
              () ->
                  child.await(
                      process -> {
                        throw new java.io.IOException("connection refused");
                      },
                      Duration.ofMillis(100)))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("still loading")
          .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("connection refused"));
    }
  }

  @Test
  void outputOfAnEarlierRunIsNotTakenForThisOne() {
    try (ChildProcess first = shell("echo ready")) {
      assertThatThrownBy(() -> first.await(process -> false, LONG)).hasMessageContaining("ready");
    }
    try (ChildProcess second = shell("exec sleep 60")) {
      assertThat(second.output()).isEmpty();
    }
  }

  @Test
  void aKillTakesTheDescendantsToo() {
    ChildProcess child = shell("sleep 60 & echo child=$!; wait");
    child.await(process -> process.output().contains("child="), LONG);
    long descendant = Long.parseLong(child.output().replaceAll("\\D", ""));
    assertThat(state(descendant)).isEqualTo('S');

    child.kill();

    assertThat(state(child.pid())).isIn('-', 'Z');
    assertThat(state(descendant)).isIn('-', 'Z');
  }

  @Test
  void aFrozenProcessStandsStillUntilItIsThawed() throws Exception {
    Path counter = folder.resolve("counter");
    try (ChildProcess child = shell("sleep 60 & while :; do echo >> counter; sleep 0.01; done")) {
      child.await(process -> Files.exists(counter), LONG);

      child.freeze();
      long frozenAt = Files.size(counter);
      assertThat(state(child.pid())).isEqualTo('T');
      await().during(Duration.ofMillis(150)).until(() -> Files.size(counter) == frozenAt);
      child.thaw();

      await().until(() -> Files.size(counter) > frozenAt);
    }
  }

  @Test
  void aPoliteStopComesBeforeTheKill() {
    ChildProcess polite =
        shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done");
    polite.await(process -> process.output().contains("up"), LONG);

    polite.stop(LONG);

    assertThat(polite.output()).contains("bye");
  }

  @Test
  void aDeafProcessIsKilledAfterTheLimit() {
    ChildProcess deaf = shell("trap '' TERM; echo up; while :; do sleep 0.01; done");
    deaf.await(process -> process.output().contains("up"), LONG);

    deaf.stop(Duration.ofMillis(100));

    assertThat(deaf.isAlive()).isFalse();
  }

  @Test
  void aMissingProgramIsTold() {
    assertThatThrownBy(
            () -> ChildProcess.run(Launch.of("ghost", folder, List.of("/no/such/program")), LONG))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("ghost");
  }

  @Test
  void diesWithAKilledJvm() throws Exception {
    Launch jvm =
        Launch.java(
            "parent",
            folder,
            java.util.Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(Path::of)
                .toList(),
            List.of(),
            List.of(Parent.class.getName(), folder.toString()));
    long grandchild;
    Process parent;
    // Started past ChildProcess: its kill would take the descendants itself.
    ProcessBuilder builder = new ProcessBuilder(jvm.command()).redirectErrorStream(true);
    builder.environment().putAll(jvm.environment());
    parent = builder.redirectOutput(jvm.log().toFile()).start();
    try {
      await().atMost(LONG).until(() -> Files.exists(folder.resolve("pid")));
      grandchild = Long.parseLong(Files.readString(folder.resolve("pid")));
      assertThat(state(grandchild)).isNotIn('-', 'Z');
    } finally {
      parent.destroyForcibly();
    }

    await().atMost(LONG).until(() -> "-Z".indexOf(state(grandchild)) >= 0);
  }

  /** Starts a child from a thread that ends, and lives on. */
  static final class Parent {

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      Thread shortLived =
          new Thread(
              () -> {
                ChildProcess child =
                    ChildProcess.start(Launch.of("nap", folder, List.of("sleep", "60")));
                try {
                  Files.writeString(folder.resolve("draft"), Long.toString(child.pid()));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      shortLived.start();
      shortLived.join();
      Files.move(folder.resolve("draft"), folder.resolve("pid"));
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }

  private ChildProcess shell(String script) {
    return ChildProcess.start(Launch.of("shell", folder, List.of("sh", "-c", script)));
  }

  private static char state(long pid) {
    return Signals.state(pid);
  }
}
