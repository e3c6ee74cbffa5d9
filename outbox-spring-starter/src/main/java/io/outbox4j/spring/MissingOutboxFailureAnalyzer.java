package io.outbox4j.spring;

import io.outbox4j.Inbox;
import io.outbox4j.Outbox;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.Transport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Says why there is no outbox or inbox to inject: the auto-configuration backed off. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingOutboxFailureAnalyzer
    extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

  private final BeanFactory beans;
  private final Environment environment;

  MissingOutboxFailureAnalyzer(BeanFactory beans, Environment environment) {
    this.beans = beans;
    this.environment = environment;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable rootFailure, NoSuchBeanDefinitionException cause) {
    Class<?> missing = cause.getBeanType();
    if (missing == null
        || missing != Outbox.class && missing != Inbox.class && missing != Outbox4j.class) {
      return null;
    }
    String needed = "A bean needs %s, but there is none: ".formatted(missing.getName());
    if (!environment.getProperty("outbox.enabled", Boolean.class, true)) {
      return new FailureAnalysis(
          needed + "outbox.enabled is false.",
          "Set outbox.enabled to true, or define a bean of that type yourself.",
          cause);
    }
    if (isMissing(DataSource.class)) {
      return new FailureAnalysis(
          needed + "there is no DataSource.",
          "Configure one with spring.datasource.*, with a driver and spring-boot-starter-jdbc or"
              + " spring-boot-starter-data-jpa on the class path.",
          cause);
    }
    if (isMissing(Transport.class) && isMissing(TransportFactory.class)) {
      return new FailureAnalysis(
          needed + "there is no transport to send through.",
          "For Kafka, add the dependencies io.outbox4j:outbox-kafka and"
              + " org.springframework.boot:spring-boot-starter-kafka; for RabbitMQ, outbox-rabbit and"
              + " spring-boot-starter-amqp; for RocketMQ, outbox-rocketmq,"
              + " org.apache.rocketmq:rocketmq-spring-boot and rocketmq.name-server."
              + " For any other broker, define a bean of type "
              + Transport.class.getName()
              + ".",
          cause);
    }
    return null;
  }

  private boolean isMissing(Class<?> type) {
    return beans instanceof ListableBeanFactory all && all.getBeanNamesForType(type).length == 0;
  }
}
