package com.example.redis;

import io.lettuce.core.RedisURI;
import io.outbox4j.testkit.server.ChildServer;
import io.outbox4j.testkit.server.FreePorts;
import io.outbox4j.testkit.server.Launch;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One Redis server, as the system's package {@code redis-server} installs it. It answers when what
 * it was told is on the disk.
 */
final class RedisServer extends ChildServer {

  private final InetSocketAddress address = new InetSocketAddress("127.0.0.1", FreePorts.next());

  RedisServer() {
    super("redis");
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  /** With a time-out of 2 s, which keeps the tests short. */
  RedisURI uri() {
    return RedisURI.create("redis://127.0.0.1:" + address.getPort() + "?timeout=2s");
  }

  @Override
  protected List<Stage> stages() {
    List<String> command =
        List.of(
            "redis-server",
            "--bind",
            address.getHostString(),
            "--port",
            Integer.toString(address.getPort()),
            "--dir",
            folder().toString(),
            "--appendonly",
            "yes",
            "--appendfsync",
            "always");
    return List.of(
        new Stage(
            Launch.of("redis", folder(), command),
            process -> process.output().contains("Ready to accept connections")));
  }
}
