package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.publish.World.Kind;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.defaults.DefaultSqlSessionFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.transaction.SpringManagedTransactionFactory;

class MyBatisTest {

  interface Accounts {
    @Insert("INSERT INTO account (id, name) VALUES (#{id}, #{name})")
    void add(@Param("id") long id, @Param("name") String name);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"JDBC", "DATA_SOURCE"})
  void batchedStatementsGoFirst(Kind kind) {
    World world = World.of(kind);
    Accounts accounts = accounts(world, ExecutorType.BATCH);
    world.in(
        () -> {
          world.publish("a");
          accounts.add(1, "one");
          accounts.add(2, "two");
        });
    List<String> log = world.dataSource.log;
    assertThat(log).hasSize(3).last().isEqualTo("COMMIT");
    assertThat(log.get(0)).startsWith("INSERT INTO account");
    assertThat(log.get(1)).startsWith("INSERT INTO message_send");
    assertThat(world.businessRows()).isEqualTo(2);
    assertThat(world.handOver.committed).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"JDBC", "DATA_SOURCE"})
  void bothRollBackTogether(Kind kind) {
    World world = World.of(kind);
    Accounts accounts = accounts(world, ExecutorType.SIMPLE);
    BufferTest.ignoring(
        () ->
            world.in(
                () -> {
                  accounts.add(1, "one");
                  world.publish("a");
                  throw new IllegalStateException();
                }));
    assertThat(world.businessRows()).isZero();
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.committed).isEmpty();
  }

  private static Accounts accounts(World world, ExecutorType executor) {
    Configuration configuration =
        new Configuration(
            new Environment("test", new SpringManagedTransactionFactory(), world.dataSource));
    configuration.addMapper(Accounts.class);
    SqlSessionFactory factory = new DefaultSqlSessionFactory(configuration);
    return new SqlSessionTemplate(factory, executor).getMapper(Accounts.class);
  }
}
