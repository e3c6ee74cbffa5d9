package io.outbox4j.publish;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Writes down every statement and commit of its connections, and can lose the answer of a commit.
 */
final class WatchedDataSource extends DelegatingDataSource {

  /** Each executed statement, with {@code COMMIT} and {@code ROLLBACK}. */
  final List<String> log = new CopyOnWriteArrayList<>();

  volatile boolean losesAnswerOfCommit;

  WatchedDataSource(DataSource target) {
    super(target);
  }

  void reset() {
    log.clear();
    losesAnswerOfCommit = false;
  }

  long count(String start) {
    return log.stream().filter(it -> it.startsWith(start)).count();
  }

  @Override
  public Connection getConnection() throws SQLException {
    return watched(super.getConnection());
  }

  private Connection watched(Connection target) {
    boolean[] broken = {false};
    return proxy(
        Connection.class,
        (proxy, method, args) -> {
          String name = method.getName();
          if (broken[0] && List.of("commit", "rollback").contains(name)) {
            throw new SQLException("connection is broken", "08006");
          }
          if ("commit".equals(name) || "rollback".equals(name) && args == null) {
            log.add(name.toUpperCase(Locale.ROOT));
          }
          Object result = call(target, method, args);
          if ("commit".equals(name) && losesAnswerOfCommit) {
            broken[0] = true;
            throw new SQLException("answer lost", "08006");
          }
          return result instanceof PreparedStatement statement
              ? watched(statement, (String) args[0])
              : result;
        });
  }

  private PreparedStatement watched(PreparedStatement target, String sql) {
    return proxy(
        PreparedStatement.class,
        (proxy, method, args) -> {
          if (method.getName().startsWith("execute")) {
            log.add(sql);
          }
          return call(target, method, args);
        });
  }

  private static Object call(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
