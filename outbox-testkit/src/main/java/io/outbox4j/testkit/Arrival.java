package io.outbox4j.testkit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it stands in a broker, read by the broker's own client.
 *
 * @param attributes the attributes of CloudEvents under their names without prefix, {@code
 *     datacontenttype} included
 * @param key the key, or null
 * @param headers all other headers
 * @param payload the payload, or null
 */
public record Arrival(
    Map<String, String> attributes,
    @Nullable String key,
    Map<String, String> headers,
    byte @Nullable [] payload) {

  /** The attribute that holds the payload's media type. */
  public static final String CONTENT_TYPE = "datacontenttype";

  /** Keeps the order of the headers. */
  public Arrival {
    attributes = Map.copyOf(attributes);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** The message's id. */
  public String id() {
    return attributes.getOrDefault("id", "");
  }
}
