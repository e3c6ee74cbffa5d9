package io.outbox4j.testkit.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a child process is started.
 *
 * @param name what it is called in logs and errors; its output goes to {@code <name>.log} in the
 *     folder
 * @param command program and arguments
 * @param folder the working folder, which must exist
 * @param environment variables on top of this process's own
 * @param user the user to run as, when this process runs as root; null for the same one
 * @param stopSignal the signal that asks for an end in good order, without SIG
 */
public record Launch(
    String name,
    List<String> command,
    Path folder,
    Map<String, String> environment,
    @Nullable String user,
    String stopSignal) {

  public Launch {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(stopSignal, "stopSignal");
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** A program that runs as the same user and ends on SIGTERM. */
  public static Launch of(String name, Path folder, List<String> command) {
    return new Launch(name, command, folder, Map.of(), null, "TERM");
  }

  /** A main class in a small JVM of the same Java version as this one. */
  static Launch java(
      String name,
      Path folder,
      List<Path> classPath,
      List<String> jvmOptions,
      List<String> mainAndArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(jvmOptions);
    command.addAll(mainAndArguments);
    String joined =
        String.join(
            System.getProperty("path.separator"), classPath.stream().map(Path::toString).toList());
    return new Launch(name, command, folder, Map.of("CLASSPATH", joined), null, "TERM");
  }

  /** The same with more environment variables. */
  public Launch withEnvironment(Map<String, String> variables) {
    return new Launch(name, command, folder, variables, user, stopSignal);
  }

  /** The same as another user, if this process runs as root. */
  public Launch withUser(@Nullable String newUser) {
    return new Launch(name, command, folder, environment, newUser, stopSignal);
  }

  /** The same with another signal for the end in good order, for instance {@code INT}. */
  public Launch withStopSignal(String signal) {
    return new Launch(name, command, folder, environment, user, signal);
  }

  Path log() {
    return folder.resolve(name + ".log");
  }
}
