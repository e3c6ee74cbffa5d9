package io.outbox4j.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page of all properties is what their metadata says. */
class PropertiesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "properties.md");
  private static final String UPDATE = "docs.update";
  private static final String HEAD =
      """
      # Properties

      Made from the metadata of the starter; the build compares it. All properties have a default, none must be set.
      Durations are written as `500ms`, `10s`, `5m`, `7d`, sizes as `32MB`.
      """;

  @Test
  void thePageIsUpToDate() throws IOException {
    String page = page();
    if (Boolean.getBoolean(UPDATE)) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as(
            "run ./mvnw -pl outbox-spring-starter -am test -Dtest=PropertiesPageTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D%s=true and commit the page",
            UPDATE)
        .content(UTF_8)
        .isEqualTo(page);
  }

  @Test
  void everyPropertyIsDescribed() throws IOException {
    assertThat(properties()).isNotEmpty();
    properties()
        .forEach(
            (name, property) ->
                assertThat(property.path("description").asString("")).as(name).isNotBlank());
  }

  /** The metadata that is generated ends at a map; what its entries hold is added by hand. */
  @Test
  void everySettingOfAnEntryIsListed() throws IOException {
    assertThat(properties().keySet())
        .containsAll(settings("outbox.transports.*", OutboxProperties.TransportSettings.class))
        .containsAll(settings("outbox.topics.*", OutboxProperties.Topic.class))
        .containsAll(settings("outbox.errors.*", OutboxProperties.Failure.class));
  }

  private static List<String> settings(String prefix, Class<?> entry) {
    return Arrays.stream(entry.getRecordComponents())
        .flatMap(
            component -> {
              String name = prefix + "." + dashed(component.getName());
              return component.getType().isRecord()
                  ? settings(name, component.getType()).stream()
                  : Stream.of(name);
            })
        .toList();
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String page() throws IOException {
    Map<String, StringBuilder> groups = new LinkedHashMap<>();
    properties()
        .forEach(
            (name, property) ->
                groups
                    .computeIfAbsent(
                        name.substring(0, name.lastIndexOf('.')), PropertiesPageTest::table)
                    .append(row(name, property)));
    return HEAD + String.join("", groups.values());
  }

  private static StringBuilder table(String group) {
    return new StringBuilder("\n## ")
        .append(group)
        .append("\n\n| property | default | meaning |\n|---|---|---|\n");
  }

  private static String row(String name, JsonNode property) {
    String usual = property.path("defaultValue").asString("");
    return "| `%s` | %s | %s |\n"
        .formatted(
            name,
            usual.isEmpty() ? "" : "`" + usual + "`",
            property.path("description").asString("") + values(property.path("type").asString("")));
  }

  private static String values(String type) {
    try {
      Object[] constants = Class.forName(type).getEnumConstants();
      return constants == null
          ? ""
          : Arrays.stream(constants)
              .map(constant -> "`" + constant.toString().toLowerCase(Locale.ROOT) + "`")
              .collect(Collectors.joining(", ", " One of ", "."));
    } catch (ClassNotFoundException e) {
      return "";
    }
  }

  private static Map<String, JsonNode> properties() throws IOException {
    Map<String, JsonNode> properties = new TreeMap<>();
    JsonMapper json = new JsonMapper();
    for (URL url :
        Collections.list(
            OutboxProperties.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream metadata = url.openStream()) {
        for (JsonNode property : json.readTree(metadata).path("properties")) {
          String name = property.path("name").asString("");
          if (name.startsWith("outbox.") || name.startsWith("management.health.outbox.")) {
            properties.put(name, property);
          }
        }
      }
    }
    return properties;
  }
}
