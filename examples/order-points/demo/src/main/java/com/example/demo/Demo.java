package com.example.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** The demo; {@code bin/demo} builds and starts it. */
public final class Demo {

  private final Options options;
  private final Programs programs;
  private final Path folder;
  private final Story story;

  Demo(Options options, Path home, PrintStream out, boolean terminal) {
    this.options = options;
    programs = new Programs(home);
    String time =
        DateTimeFormatter.ofPattern("MMdd-HHmmss").withZone(ZoneOffset.UTC).format(Instant.now());
    folder = home.resolve("demo/target/demo").resolve(time);
    story = new Story(out, terminal);
  }

  /**
   * Runs the demo.
   *
   * <p>System properties: {@code demo.home}, the folder with the example's modules; {@code
   * demo.terminal}, whether a person watches.
   */
  public static void main(String[] arguments) throws Exception {
    try {
      Options options = Options.parse(arguments);
      Path home = Path.of(System.getProperty("demo.home", "examples/order-points"));
      boolean terminal = Boolean.getBoolean("demo.terminal");
      Demo demo = new Demo(options, home.toAbsolutePath().normalize(), System.out, terminal);
      System.exit(demo.run());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; bin/demo --help lists the options");
      System.exit(2);
    }
  }

  /** Runs all that was asked for and returns the exit code. */
  int run() throws InterruptedException {
    story.say(
        "starting %s and %s"
            .formatted(
                options.brokers().stream().map(BrokerKind::id).collect(Collectors.joining(", ")),
                options.database().id()));
    try (Servers servers = Servers.start(options.brokers(), options.database())) {
      List<Verdict> verdicts = new ArrayList<>();
      for (Break broken : options.runs()) {
        boolean last = verdicts.size() == options.runs().size() - 1;
        if (options.runs().size() > 1) {
          story.say(Story.Tone.TITLE, broken.title());
        }
        try (Run run =
            new Run(
                story, servers, programs, folder.resolve(broken.id()), broken, options.orders())) {
          Verdict verdict = run.run();
          verdicts.add(verdict);
          verdict.details().forEach(line -> story.print(Story.Tone.PLAIN, "  " + line));
          if (last) {
            return end(verdicts, run);
          }
          story.print(Story.Tone.PLAIN, "  " + verdict.line());
        }
      }
      throw new IllegalStateException("no run");
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      story.say(Story.Tone.BAD, "the demo could not go on: " + e);
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        story.print(Story.Tone.PLAIN, "  because of " + cause);
      }
      story.print(Story.Tone.PLAIN, "  output of the services: " + folder);
      return 2;
    }
  }

  private int end(List<Verdict> verdicts, Run run) throws InterruptedException {
    boolean good = verdicts.size() == 1 ? verdicts.get(0).clean() : Comparison.asExpected(verdicts);
    if (verdicts.size() > 1 || verdicts.get(0).what() != Break.NOTHING) {
      story.print(Story.Tone.PLAIN, "");
      Comparison.table(verdicts).forEach(line -> story.print(Story.Tone.PLAIN, line));
    }
    if (options.keep()) {
      story.say(Story.Tone.TITLE, "everything is left running; Ctrl-C ends it");
      run.describe();
    } else if (!good) {
      story.print(Story.Tone.PLAIN, "  output of the services: " + folder);
    }
    story.print(Story.Tone.PLAIN, verdicts.get(verdicts.size() - 1).line());
    if (options.keep()) {
      new CountDownLatch(1).await();
    }
    return good ? 0 : 1;
  }
}
