package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.Outbox;
import io.outbox4j.spi.Transport;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.mock.env.MockEnvironment;

class FailureAnalyzersTest {

  private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
  private final MockEnvironment environment = new MockEnvironment();

  @Test
  void allProblemsAreShownWithTheWayOut() {
    FailureAnalysis analysis =
        new ConfigurationFailureAnalyzer()
            .analyze(
                new BeanCreationException(
                    "x", new ConfigurationException(List.of("grace is wrong", "acks is 1"))));

    assertThat(analysis.getDescription()).contains("- grace is wrong", "- acks is 1");
    assertThat(analysis.getAction()).contains("2 lines", "outbox.enabled=false");
  }

  @Test
  void aMissingTransportIsNamed() {
    beans.registerSingleton("dataSource", Mockito.mock(DataSource.class));

    FailureAnalysis analysis = missing(Outbox.class);

    assertThat(analysis.getDescription()).contains("there is no transport");
    assertThat(analysis.getAction())
        .contains("outbox-kafka", "outbox-rabbit", "outbox-rocketmq", Transport.class.getName());
  }

  @Test
  void aMissingDataSourceIsNamed() {
    FailureAnalysis analysis = missing(Inbox.class);

    assertThat(analysis.getDescription()).contains(Inbox.class.getName(), "there is no DataSource");
    assertThat(analysis.getAction()).contains("spring.datasource");
  }

  @Test
  void anOutboxThatIsSwitchedOffIsNamed() {
    environment.setProperty("outbox.enabled", "false");

    assertThat(missing(Outbox.class).getDescription()).contains("outbox.enabled is false");
  }

  @Test
  void otherMissingBeansAreNotOurs() {
    assertThat(missing(Runnable.class)).isNull();
  }

  @Test
  void bothAreRegistered() {
    SpringFactoriesLoader factories = SpringFactoriesLoader.forDefaultResourceLocation();
    List<FailureAnalyzer> analyzers =
        factories.load(
            FailureAnalyzer.class,
            SpringFactoriesLoader.ArgumentResolver.of(
                    org.springframework.beans.factory.BeanFactory.class, beans)
                .and(org.springframework.core.env.Environment.class, environment),
            (type, name, failure) -> {});

    assertThat(analyzers)
        .hasAtLeastOneElementOfType(ConfigurationFailureAnalyzer.class)
        .hasAtLeastOneElementOfType(MissingOutboxFailureAnalyzer.class);
  }

  private FailureAnalysis missing(Class<?> type) {
    return new MissingOutboxFailureAnalyzer(beans, environment)
        .analyze(new NoSuchBeanDefinitionException(type));
  }
}
