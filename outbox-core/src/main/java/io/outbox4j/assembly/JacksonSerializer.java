package io.outbox4j.assembly;

import io.outbox4j.spi.PayloadSerializer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serializes payload objects as JSON with Jackson 3, which the application brings. Names of Java
 * classes stay out of it, unless the payload's own annotations ask for them.
 */
public final class JacksonSerializer implements PayloadSerializer {

  private final JsonMapper mapper;

  /** Uses a mapper with Jackson's defaults. */
  public JacksonSerializer() {
    this(new JsonMapper());
  }

  /** Uses the application's mapper, without its default typing. */
  public JacksonSerializer(JsonMapper mapper) {
    this.mapper = mapper.rebuild().deactivateDefaultTyping().build();
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public byte[] serialize(Object payload) {
    return mapper.writeValueAsBytes(payload);
  }
}
