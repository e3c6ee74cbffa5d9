package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.NotInTransactionException;
import io.outbox4j.publish.World.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** With {@code @Transactional} and {@code @TransactionalEventListener}. */
@ParameterizedClass
@EnumSource(Kind.class)
class AnnotatedTest {

  @Parameter Kind kind;
  World world;
  AnnotationConfigApplicationContext context;

  @BeforeEach
  void create() {
    context = new AnnotationConfigApplicationContext();
    context.getEnvironment().setActiveProfiles(kind.name());
    context.register(Setup.class, Orders.class, Reactions.class);
    context.refresh();
    world = context.getBean(World.class);
  }

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void messagesFollowTheMethodsTransaction() {
    Orders orders = context.getBean(Orders.class);
    orders.place(1, false);
    BufferTest.ignoring(() -> orders.place(2, true));
    assertThat(world.businessRows()).isOne();
    assertThat(world.store.topics()).containsExactly("placed-1", "before-commit-1");
    assertThat(world.handOver.committed).containsExactly("placed-1", "before-commit-1");
    assertThat(world.dataSource.count("INSERT INTO message_send")).isOne();
  }

  @Test
  void reactionsToTheCommitAreRefusedUnlessTheyBeginTheirOwnTransaction() {
    Reactions reactions = context.getBean(Reactions.class);
    context.getBean(Orders.class).announce();
    assertThat(reactions.refused()).containsExactly("AFTER_COMMIT", "AFTER_COMPLETION");
    assertThat(world.store.topics()).containsExactly("in a new one");
  }

  @Test
  void readOnlyMethodsAreRefused() {
    assertThatThrownBy(() -> context.getBean(Orders.class).read())
        .isInstanceOf(NotInTransactionException.class)
        .hasMessageContaining("read-only");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement(proxyTargetClass = true)
  static class Setup {

    @Bean
    World world(Environment environment) {
      return World.of(Kind.valueOf(environment.getActiveProfiles()[0]));
    }

    @Bean
    PlatformTransactionManager manager(World world) {
      return world.manager;
    }
  }

  record Placed(long id) {}

  record Announced(String text) {}

  static class Orders {
    private final World world;
    private final ApplicationEventPublisher events;

    Orders(World world, ApplicationEventPublisher events) {
      this.world = world;
      this.events = events;
    }

    @Transactional
    public void place(long id, boolean fails) {
      world.business(id);
      world.publish("placed-" + id);
      events.publishEvent(new Placed(id));
      if (fails) {
        throw new IllegalStateException();
      }
    }

    @Transactional
    public void announce() {
      events.publishEvent(new Announced("hello"));
    }

    @Transactional(readOnly = true)
    public void read() {
      world.publish("never");
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void publishInANewOne() {
      world.publish("in a new one");
    }
  }

  static class Reactions {
    private final World world;
    private final Orders orders;
    private final List<String> refused = new ArrayList<>();

    Reactions(World world, Orders orders) {
      this.world = world;
      this.orders = orders;
    }

    public List<String> refused() {
      return refused;
    }

    @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
    public void before(Placed event) {
      world.publish("before-commit-" + event.id());
    }

    @TransactionalEventListener
    public void after(Announced event) {
      publishing("AFTER_COMMIT");
      orders.publishInANewOne();
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
    public void atTheEnd(Announced event) {
      publishing("AFTER_COMPLETION");
    }

    private void publishing(String phase) {
      try {
        world.publish(phase);
      } catch (NotInTransactionException expected) {
        refused.add(phase);
      }
    }
  }
}
