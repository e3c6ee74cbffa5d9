package io.outbox4j.kafka;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Whether the names of the brokers are known. The client can't even be made while none is, which at
 * start-up may be as passing as a broker that is away.
 */
final class Hosts {

  private Hosts() {}

  /** False when every server is written well and none has an address now. */
  static boolean anyKnown(Map<String, Object> config) {
    return servers(config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)).stream()
        .anyMatch(Hosts::isKnownOrWrong);
  }

  private static List<String> servers(@Nullable Object setting) {
    if (setting instanceof Collection<?> servers) {
      return servers.stream().map(String::valueOf).toList();
    }
    return List.of(String.valueOf(setting).trim().split("\\s*,\\s*"));
  }

  private static boolean isKnownOrWrong(String server) {
    String host = Utils.getHost(server);
    if (host == null || Utils.getPort(server) == null) {
      return true;
    }
    try {
      return InetAddress.getAllByName(host).length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
