package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MavenArtifactsIT {

  @Test
  void aClassPathHoldsWhatTheArtifactItselfAsksFor() {
    List<String> jars = names(MavenArtifacts.classPath("org.apache.kafka:kafka_2.13:4.3.1"));

    // The build that runs this test manages other versions of both.
    assertThat(jars)
        .contains("kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "slf4j-api-1.7.36.jar");
  }

  @Test
  void oneFileComesWithoutItsDependencies() {
    assertThat(MavenArtifacts.file("com.h2database:h2:2.4.240"))
        .isRegularFile()
        .hasFileName("h2-2.4.240.jar");
  }

  @Test
  void anUnknownArtifactIsNamed() {
    assertThatThrownBy(() -> MavenArtifacts.file("io.outbox4j:no-such-artifact:0"))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("no-such-artifact");
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toList();
  }
}
