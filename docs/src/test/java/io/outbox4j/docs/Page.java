package io.outbox4j.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A page of Markdown, in the parts that the tests look at. */
record Page(
    Path file,
    List<String> prose,
    List<CodeBlock> code,
    List<Heading> headings,
    List<Link> links,
    List<Row> rows) {

  record Heading(int level, String text) {

    /** The anchor that repository hosts give a heading. */
    String anchor() {
      return text.toLowerCase(Locale.ROOT)
          .replace("`", "")
          .replaceAll("[^\\p{L}\\p{N} _-]", "")
          .replace(' ', '-');
    }
  }

  record Link(String text, String target) {}

  /** A fenced block, with the name of its snippet, if it has one. */
  record CodeBlock(int line, String language, @Nullable String snippet, String text) {}

  /** A line of a table, under its heading. */
  record Row(String heading, List<String> cells) {}

  private static final Pattern LINK =
      Pattern.compile("\\[((?:[^]\\[]|\\[[^]]*])*)]\\(([^)\\s]+)\\)");
  private static final Pattern MARKER = Pattern.compile("<!-- snippet: (\\S+) -->");

  /** The folder that holds the whole repository. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  static Page at(String path) {
    return read(root().resolve(path));
  }

  /** All pages for readers. */
  static List<Page> all() {
    try (Stream<Path> top = Files.list(root());
        Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.startsWith(root().resolve("docs/target")))
          .sorted()
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return root().relativize(file).toString();
  }

  private static Page read(Path file) {
    List<String> prose = new ArrayList<>();
    List<CodeBlock> code = new ArrayList<>();
    List<Heading> headings = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    String heading = "";
    @Nullable String snippet = null;
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher marker = MARKER.matcher(line);
      if (line.startsWith("```")) {
        int start = i;
        StringBuilder text = new StringBuilder();
        while (!lines.get(++i).equals("```")) {
          text.append(lines.get(i)).append('\n');
        }
        code.add(new CodeBlock(start + 1, line.substring(3).strip(), snippet, text.toString()));
        snippet = null;
      } else if (marker.matches()) {
        snippet = marker.group(1);
      } else {
        prose.add(line);
        if (line.matches("#{1,6} .*")) {
          int level = line.indexOf(' ');
          heading = line.substring(level + 1).strip();
          headings.add(new Heading(level, heading));
        } else if (line.startsWith("|") && !line.matches("[|: -]+")) {
          rows.add(new Row(heading, cells(line)));
        }
        LINK.matcher(line).results().forEach(m -> links.add(new Link(m.group(1), m.group(2))));
      }
    }
    return new Page(file, prose, code, headings, links, rows);
  }

  private static List<String> cells(String line) {
    String inner = line.strip().replaceAll("^\\||\\|$", "");
    return Stream.of(inner.split("(?<!\\\\)\\|", -1)).map(String::strip).toList();
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
