package io.outbox4j.kafka.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Remembers each statement that is executed; COMMIT and settings of connections are none. */
final class CountedStatements extends DelegatingDataSource {

  private final List<String> executed = new CopyOnWriteArrayList<>();

  CountedStatements(DataSource target) {
    super(target);
  }

  long count(String verb) {
    return executed.stream().filter(sql -> sql.startsWith(verb)).count();
  }

  int count() {
    return executed.size();
  }

  List<String> executed() {
    return executed;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection target = super.getConnection();
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = method.invoke(target, arguments);
          if (result instanceof PreparedStatement statement) {
            return counted(PreparedStatement.class, statement, (String) arguments[0]);
          }
          return result instanceof Statement statement
              ? counted(Statement.class, statement, "")
              : result;
        });
  }

  private <S extends Statement> S counted(Class<S> type, S target, String prepared) {
    return proxy(
        type,
        (method, arguments) -> {
          if (method.getName().startsWith("execute")) {
            String sql = arguments == null ? prepared : (String) arguments[0];
            executed.add(sql.strip().toUpperCase(Locale.ROOT));
          }
          return method.invoke(target, arguments);
        });
  }

  private interface Call {
    Object to(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.to(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
