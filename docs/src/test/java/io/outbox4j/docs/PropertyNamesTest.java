package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Properties that pages set are properties that Boot or the starter know. */
class PropertyNamesTest {

  private static final Pattern IN_PROSE =
      Pattern.compile("`(outbox\\.[a-z0-9.-]+[a-z0-9])(=[^`]*)?`");

  private final Set<String> known = known();
  private final Set<String> metrics =
      Page.at("docs/reference/metrics.md").rows().stream()
          .map(row -> row.cells().get(0).replace("`", ""))
          .collect(Collectors.toSet());

  @Test
  void inBlocks() {
    assertThat(
            unknown(
                page ->
                    page.code().stream()
                        .filter(block -> block.language().equals("properties"))
                        .flatMap(block -> block.text().lines())
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(line -> line.substring(0, line.indexOf('=')).strip())))
        .isEmpty();
  }

  @Test
  void inProse() {
    assertThat(
            unknown(
                page ->
                    page.prose().stream()
                        .flatMap(line -> IN_PROSE.matcher(line).results())
                        .map(match -> match.group(1))
                        .filter(name -> !metrics.contains(name))))
        .isEmpty();
  }

  /** YAML would slip by: pages show properties. */
  @Test
  void noYaml() {
    assertThat(Page.all())
        .allSatisfy(
            page -> assertThat(page.code()).noneMatch(block -> block.language().matches("ya?ml")));
  }

  private Stream<String> unknown(Function<Page, Stream<String>> names) {
    return Page.all().stream()
        .flatMap(
            page ->
                names
                    .apply(page)
                    .filter(name -> known.stream().noneMatch(property -> matches(property, name)))
                    .map(name -> page.name() + ": " + name));
  }

  /** A key of a map may stand in brackets. */
  private static boolean matches(String property, String written) {
    String name = written.replaceAll("\\[[^]]*]", ".*");
    return property.endsWith(".*")
        ? (name + ".").startsWith(property.substring(0, property.length() - 1))
        : name.equals(property);
  }

  /** Every property; maps end in {@code .*}. */
  private static Set<String> known() {
    Set<String> names = new TreeSet<>();
    try {
      ClassLoader loader = PropertyNamesTest.class.getClassLoader();
      for (URL url :
          Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
        try (InputStream in = url.openStream()) {
          for (JsonNode property : new ObjectMapper().readTree(in).path("properties")) {
            boolean map = property.path("type").asString("").startsWith("java.util.Map");
            names.add(property.path("name").asString() + (map ? ".*" : ""));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
