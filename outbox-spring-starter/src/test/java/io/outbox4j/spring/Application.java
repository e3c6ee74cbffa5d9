package io.outbox4j.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.Outbox;
import io.outbox4j.assembly.Outbox4j;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** A whole Boot application on a database of its own and the shared broker. */
public final class Application implements AutoCloseable {

  private final ConfigurableApplicationContext context;

  private Application(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts one with these beans and settings. */
  public static Application of(Class<?> beans, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                "spring.kafka.bootstrap-servers=" + SharedKafka.bootstrapServers(),
                "spring.kafka.consumer.auto-offset-reset=earliest",
                "spring.kafka.consumer.properties.metadata.max.age.ms=500",
                "outbox.transports.rabbitmq.enabled=false",
                "spring.main.banner-mode=off",
                "spring.jmx.enabled=false",
                "logging.level.root=warn"));
    all.addAll(List.of(settings));
    return new Application(
        new SpringApplicationBuilder(Everything.class, beans)
            .web(WebApplicationType.NONE)
            .properties(all.toArray(String[]::new))
            .registerShutdownHook(false)
            .run());
  }

  /** A bean. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** All beans of a type, by name. */
  public <T> Map<String, T> beans(Class<T> type) {
    return context.getBeansOfType(type);
  }

  /** The application's database. */
  public JdbcTemplate database() {
    return bean(JdbcTemplate.class);
  }

  /** A number that a query counts. */
  public int count(String query, Object... arguments) {
    Integer count = database().queryForObject(query, Integer.class, arguments);
    return count == null ? 0 : count;
  }

  /** The outbox as a whole. */
  public Outbox4j outbox4j() {
    return bean(Outbox4j.class);
  }

  /** Publishes in a transaction. */
  public void inTransaction(java.util.function.Consumer<Outbox> work) {
    bean(TransactionTemplate.class)
        .executeWithoutResult(transaction -> work.accept(bean(Outbox.class)));
  }

  /** Sends a message as another outbox would, at once. */
  public void send(String topic, String id, String value) {
    ProducerRecord<Object, Object> record = new ProducerRecord<>(topic, value);
    record.headers().add("ce_id", id.getBytes(UTF_8)).add("ce_source", "elsewhere".getBytes(UTF_8));
    send(record);
  }

  /** Sends a record at once. */
  @SuppressWarnings("unchecked")
  public void send(ProducerRecord<Object, Object> record) {
    KafkaTemplate<Object, Object> template = bean(KafkaTemplate.class);
    if (template.isTransactional()) {
      template.executeInTransaction(it -> it.send(record));
    } else {
      template.send(record).join();
    }
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Everything {}
}
