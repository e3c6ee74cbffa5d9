package com.example.demo;

import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  Verdict judge(
      Break what, List<Placement> placed, DatabaseServer server, String orders, String points)
      throws IOException, InterruptedException {
    Path file = folder.resolve("client.csv");
    Files.write(file, placed.stream().map(Placement::line).toList());
    Launch launch =
        programs.launch(
            "ledger",
            "ledger",
            folder,
            "com.example.ledger.LedgerMain",
            List.of(file.toString(), server.jdbcUrl(orders), server.jdbcUrl(points)),
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
