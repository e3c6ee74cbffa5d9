package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.Launch;
import io.outbox4j.testkit.server.RocketMqServer;
import io.outbox4j.testkit.server.SharedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocketMQ's client would log to a folder in the user's home that nobody asked for. */
final class NoFilesIT {

  @Test
  void anApplicationThatSendsLeavesNoFileInTheUsersHome(@TempDir Path home, @TempDir Path folder)
      throws IOException {
    RocketMqServer server = SharedServers.rocketMq();
    Broker broker = new Broker(server);
    String topic = broker.createTopic(1);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Duser.home=" + home,
            SenderMain.class.getName(),
            server.nameServers(),
            topic);
    Launch launch =
        Launch.of("sender", folder, command)
            .withEnvironment(Map.of("CLASSPATH", System.getProperty("java.class.path")));

    try (ChildProcess sender = ChildProcess.start(launch)) {
      sender.await(process -> process.output().contains("Acknowledged"), Duration.ofSeconds(60));
    } finally {
      broker.close();
    }

    try (var files = Files.list(home)) {
      assertThat(files).isEmpty();
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("sender.log"));
    }
  }
}
