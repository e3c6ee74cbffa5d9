package com.example.demo;

import io.outbox4j.testkit.server.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The example's programs as the build left them, each with a class path of its own.
 *
 * @param home the folder with the example's modules
 */
record Programs(Path home) {

  /** A small JVM that starts fast: three of them share the machine with broker and database. */
  private static final List<String> OPTIONS =
      List.of(
          "-Xms64m",
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Duser.timezone=UTC");

  /**
   * How a program is started.
   *
   * @param module the folder of its module
   * @param folder where it runs and leaves its output
   */
  Launch launch(
      String name,
      String module,
      Path folder,
      String main,
      List<String> arguments,
      Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.add(main);
    command.addAll(arguments);
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("CLASSPATH", classPath(module));
    return Launch.of(name, folder, command).withEnvironment(variables);
  }

  private String classPath(String module) {
    Path target = home.resolve(module).resolve("target");
    try {
      return target.resolve("classes") + ":" + Files.readString(target.resolve("classpath")).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(module + " is not built: run ./mvnw package -DskipTests", e);
    }
  }
}
