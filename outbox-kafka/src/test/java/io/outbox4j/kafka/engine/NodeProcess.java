package io.outbox4j.kafka.engine;

import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts main classes of the tests as processes, with the tests' class path. */
final class NodeProcess {

  private NodeProcess() {}

  static ChildProcess start(
      Path folder, Class<?> main, String url, String user, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1"));
    command.add(main.getName());
    command.addAll(List.of("url=" + url, "user=" + user));
    command.addAll(List.of(options));
    return ChildProcess.start(
        Launch.of("node", folder, command)
            .withEnvironment(Map.of("CLASSPATH", System.getProperty("java.class.path"))));
  }

  static void await(ChildProcess node, String word) {
    node.await(process -> process.output().lines().anyMatch(word::equals), Duration.ofSeconds(90));
  }
}
