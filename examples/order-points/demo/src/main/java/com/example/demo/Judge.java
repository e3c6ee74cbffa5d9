package com.example.demo;

import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the ledger as a process of its own, which knows nothing but files and tables. */
final class Judge {

  private static final int LIMIT_SECONDS = 60;

  private final Programs programs;
  private final Path folder;

  Judge(Programs programs, Path folder) {
    this.programs = programs;
    this.folder = folder;
  }

  /**
   * Lets the ledger judge.
   *
   * @param audit the order ids on the audit trail, if there is one
   */
  Verdict judge(
      Break what,
      List<Placement> placed,
      DatabaseServer server,
      String orders,
      String points,
      Optional<List<String>> audit)
      throws IOException, InterruptedException {
    Path file = folder.resolve("client.csv");
    Files.write(file, placed.stream().map(Placement::line).toList());
    List<String> arguments = new ArrayList<>();
    arguments.add(file.toString());
    arguments.add(server.jdbcUrl(orders));
    arguments.add(server.jdbcUrl(points));
    if (audit.isPresent()) {
      arguments.add(Files.write(folder.resolve("audit.txt"), audit.get()).toString());
    }
    Launch launch =
        programs.launch(
            "ledger",
            "ledger",
            folder,
            "com.example.ledger.LedgerMain",
            arguments,
            Map.of("DB_USER", server.user(), "DB_PASSWORD", server.password()));
    Path output = folder.resolve("ledger.log");
    ProcessBuilder builder = new ProcessBuilder(launch.command()).directory(folder.toFile());
    builder.environment().putAll(launch.environment());
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the ledger did not end within " + LIMIT_SECONDS + " s");
      }
      List<String> lines = Files.readString(output, StandardCharsets.UTF_8).lines().toList();
      return Verdict.of(what, lines, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }
}
