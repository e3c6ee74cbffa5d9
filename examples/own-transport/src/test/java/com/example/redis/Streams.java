package com.example.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.outbox4j.testkit.Arrival;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Streams as the tests see them, past the code under test. */
final class Streams implements AutoCloseable {

  private final RedisClient client;

  Streams(RedisURI server) {
    client = RedisClient.create(server);
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
  }

  /** Runs a command on a connection of its own: the server is killed now and then. */
  <T> T command(Function<RedisCommands<String, byte[]>, T> command) {
    var codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    try (var connection = client.connect(codec)) {
      connection.setTimeout(Duration.ofSeconds(30));
      return command.apply(connection.sync());
    }
  }

  /** An empty stream: Redis makes one together with a group of readers. */
  String create(String stream) {
    command(
        redis ->
            redis.xgroupCreate(
                StreamOffset.from(stream, "$"), "readers", XGroupCreateArgs.Builder.mkstream()));
    return stream;
  }

  List<Arrival> read(String stream) {
    return command(redis -> redis.xrange(stream, Range.unbounded())).stream()
        .map(Streams::arrival)
        .toList();
  }

  String lastId(String stream) {
    List<StreamMessage<String, byte[]>> entries =
        command(redis -> redis.xrevrange(stream, Range.unbounded()));
    return entries.get(0).getId();
  }

  private static Arrival arrival(StreamMessage<String, byte[]> entry) {
    Map<String, byte[]> fields = entry.getBody();
    byte[] key = fields.get("key");
    return new Arrival(
        textsOf(fields, "ce-"),
        key == null ? null : text(key),
        textsOf(fields, "header-"),
        fields.get("data"));
  }

  private static Map<String, String> textsOf(Map<String, byte[]> fields, String prefix) {
    Map<String, String> texts = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            texts.put(name.substring(prefix.length()), text(value));
          }
        });
    return texts;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
