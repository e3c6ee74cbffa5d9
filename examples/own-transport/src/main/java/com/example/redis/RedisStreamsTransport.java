package com.example.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.CloudEvent;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Adds each message to the Redis stream that its topic names and that must be there. */
public final class RedisStreamsTransport implements Transport {
  private final RedisClient client = RedisClient.create();
  private final RedisURI server;
  private final int largest;
  private CompletableFuture<StatefulRedisConnection<String, String>> connection;

  /** The {@code timeout} of the URI limits each answer, {@code largest} a message's bytes. */
  public RedisStreamsTransport(RedisURI server, int largest) {
    this.server = server;
    this.largest = largest;
    this.connection = CompletableFuture.failedFuture(new IllegalStateException("not used yet"));
    // A client that reconnects by itself sends again what was reported as unavailable.
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    var redis = connection().handle((connected, failure) -> connected).join();
    for (OutgoingMessage message : batch) {
      if (redis == null) {
        results.accept(message, SendResult.transportUnavailable(false, "no connection"));
      } else if (message.size() > largest) {
        results.accept(message, SendResult.rejected("larger than " + largest + " bytes"));
      } else {
        redis
            .async()
            .dispatch(CommandType.XADD, new StatusOutput<>(StringCodec.UTF8), entry(message))
            .whenComplete((id, error) -> results.accept(message, result(id, error, redis)));
      }
    }
  }

  private static SendResult result(
      @Nullable String id, @Nullable Throwable error, StatefulRedisConnection<?, ?> redis) {
    if (error instanceof RedisCommandExecutionException) {
      String code = String.valueOf(error.getMessage()).split(" ", 2)[0];
      return code.matches("WRONGTYPE|NOPERM|MOVED")
          ? SendResult.destinationUnavailable(false, code)
          : SendResult.transportUnavailable(false, code);
    } else if (error != null) {
      redis.closeAsync(); // Answers come in order: behind one that is missing, all are.
      return SendResult.transportUnavailable(true, "no answer");
    }
    return id != null
        ? SendResult.acknowledged(id)
        : SendResult.destinationUnavailable(false, "no such stream");
  }

  private static CommandArgs<String, String> entry(OutgoingMessage message) {
    var entry = new CommandArgs<>(StringCodec.UTF8).add(message.topic()).add("NOMKSTREAM").add("*");
    CloudEvent.attributes(message).forEach((name, value) -> entry.add("ce-" + name).add(value));
    message.headers().forEach((name, value) -> entry.add("header-" + name).add(value));
    if (message.key() != null) {
      entry.add("key").add(message.key());
    }
    if (message.payload() != null) {
      entry.add("ce-datacontenttype").add(message.contentType()).add("data").add(message.payload());
    }
    return entry;
  }

  private synchronized CompletableFuture<StatefulRedisConnection<String, String>> connection() {
    if (connection.handle((redis, failure) -> redis == null || !redis.isOpen()).getNow(false)) {
      // A stage before it, since a client that is closed throws.
      connection =
          CompletableFuture.completedFuture(StringCodec.UTF8)
              .thenCompose(codec -> client.connectAsync(codec, server));
    }
    return connection;
  }

  @Override
  public void vet(OutgoingMessage message) {
    if (message.size() > largest) {
      throw new MessageRefusedException("payload", "is larger than " + largest + " bytes");
    }
  }

  @Override
  public Duration sendLimit() {
    return server.getTimeout().multipliedBy(2).plusSeconds(10);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
