package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.TableSettings;
import io.outbox4j.jdbc.Schema;
import java.sql.Connection;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script of one database, as it is shipped, in the tools that people run it with. */
abstract class MigrationContract {

  /** Held, or the level would be forgotten with it. */
  private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

  static {
    LIQUIBASE.setLevel(Level.SEVERE);
  }

  private final Supplier<StoreDatabase> creation;
  private StoreDatabase database;

  MigrationContract(Supplier<StoreDatabase> creation) {
    this.creation = creation;
  }

  @BeforeEach
  void createDatabase() {
    database = creation.get();
  }

  @AfterEach
  void closePool() {
    database.close();
  }

  @Test
  void flywayRunsItOnce() {
    assertThat(problems()).as("before").isNotEmpty();

    assertThat(flyway().migrate().migrationsExecuted).isEqualTo(1);
    assertThat(problems()).isEmpty();

    Flyway again = flyway();
    again.validate();
    assertThat(again.migrate().migrationsExecuted).isZero();
  }

  @Test
  void liquibaseRunsItOnce() throws Exception {
    assertThat(problems()).as("before").isNotEmpty();

    assertThat(liquibase()).containsExactly("outbox4j:1");
    assertThat(problems()).isEmpty();

    assertThat(liquibase()).isEmpty();
  }

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:db/outbox4j/" + database.dialect().name())
        .load();
  }

  /** Runs what has not run yet. */
  private List<String> liquibase() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      Database target =
          DatabaseFactory.getInstance()
              .findCorrectDatabaseImplementation(new JdbcConnection(connection));
      String script = "db/outbox4j/" + database.dialect().name() + "/V1__outbox4j.sql";
      Liquibase liquibase = new Liquibase(script, new ClassLoaderResourceAccessor(), target);
      List<String> due =
          liquibase.listUnrunChangeSets(new Contexts(), null).stream()
              .map(change -> change.getAuthor() + ":" + change.getId())
              .toList();
      liquibase.update(new Contexts());
      return due;
    }
  }

  private List<String> problems() {
    return new Schema(database.dataSource(), database.dialect(), TableSettings.ofDefaults())
        .problems();
  }
}
