package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Unseen;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Brokers that take what RabbitMQ refuses. */
class InspectionTest {

  private final List<String> declared = new ArrayList<>();

  @Test
  void aBrokerThatMayCreateWhatIsLookedAtIsNotAsked() {
    for (Map<String, Object> broker :
        List.<Map<String, Object>>of(
            Map.of("product", "LavinMQ", "version", "2.4.0"),
            Map.of("product", "RabbitMQ", "version", "3.7.28"))) {
      assertThat(look(broker))
          .isEqualTo(SafetyReport.unseen("all", "the broker is not a RabbitMQ 3.8 or newer"));
    }
    assertThat(declared).isEmpty();
  }

  @Test
  void aDeclarationThatIsTakenIsSaid() {
    SafetyReport report = look(Map.of("product", "RabbitMQ", "version", "4.9.0"));

    assertThat(declared).containsExactly("exchangeDeclare", "queueDeclare");
    assertThat(report.findings()).isEmpty();
    assertThat(report.unseen())
        .containsExactly(
            new Unseen("e/", "the broker took a declaration that RabbitMQ refuses"),
            new Unseen("/q", "the broker took a declaration that RabbitMQ refuses"));
  }

  private SafetyReport look(Map<String, Object> serverProperties) {
    Inspection inspection =
        new Inspection(connection(serverProperties), System.nanoTime() + 60_000_000_000L);
    inspection.look(Set.of("e"), Set.of("q"));
    return inspection.report();
  }

  private Connection connection(Map<String, Object> serverProperties) {
    return fake(
        Connection.class,
        method ->
            switch (method) {
              case "getServerProperties" -> serverProperties;
              case "createChannel" -> fake(Channel.class, this::declare);
              default -> throw new UnsupportedOperationException(method);
            });
  }

  @SuppressWarnings("NullAway") // The client's answer is looked at by nobody.
  private Object declare(String method) {
    if (!method.equals("abort")) {
      declared.add(method);
    }
    return null;
  }

  private static <T> T fake(Class<T> type, Function<String, Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer.apply(method.getName())));
  }
}
