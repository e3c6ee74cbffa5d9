package io.outbox4j.testkit;

import io.outbox4j.InboxSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.jdbc.JdbcConsumeStore;
import io.outbox4j.jdbc.JdbcSendStore;
import io.outbox4j.jdbc.Schema;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.SendStore;
import io.outbox4j.testkit.server.DatabaseKind;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Both stores' contracts and the schema on one database. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class JdbcStores {

  private static final TableSettings TABLES = TableSettings.ofDefaults();

  private final @Nullable DatabaseKind kind;
  private final Supplier<StoreDatabase> creation;
  private StoreDatabase database;

  /** On the shared server of a kind. */
  JdbcStores(DatabaseKind kind, boolean autoCommit) {
    this.kind = kind;
    this.creation = () -> StoreDatabase.on(kind, autoCommit);
  }

  /** In this process. */
  JdbcStores(boolean autoCommit) {
    this.kind = null;
    this.creation = () -> StoreDatabase.inMemory(autoCommit);
  }

  /** The kind of server, if there is one. */
  @Nullable DatabaseKind kind() {
    return kind;
  }

  @BeforeAll
  void createTables() {
    database = creation.get();
    new Schema(database.dataSource(), database.dialect(), TABLES).create();
  }

  @AfterAll
  void closePool() {
    database.close();
  }

  @Nested
  class Sending extends SendStoreContract {

    @Override
    protected DataSource dataSource() {
      return database.dataSource();
    }

    @Override
    protected SendStore store(String application) {
      return new JdbcSendStore(database.dataSource(), database.dialect(), TABLES, application);
    }
  }

  @Nested
  class Consuming extends ConsumeStoreContract {

    @Override
    protected DataSource dataSource() {
      return database.dataSource();
    }

    @Override
    protected ConsumeStore store(String application, InboxSettings settings) {
      return new JdbcConsumeStore(
          database.dataSource(), database.dialect(), TABLES, application, settings);
    }
  }

  @Nested
  class Creating extends SchemaContract {

    @Override
    StoreDatabase database() {
      return database;
    }
  }

  @Nested
  class Refusing extends SilenceContract {

    @Override
    StoreDatabase database() {
      return database;
    }
  }
}
