package io.outbox4j.spring;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.jdbc.core.JdbcTemplate;

/** A business change that can be counted, and how often it was tried. */
public class Effects {

  /** Each try, in order. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  private final JdbcTemplate database;

  /** Creates its table. */
  public Effects(JdbcTemplate database) {
    this.database = database;
    database.execute("CREATE TABLE IF NOT EXISTS effect (text VARCHAR(100))");
  }

  /** Changes the database, in the transaction that runs. */
  public void happen(String text) {
    calls.add(text);
    database.update("INSERT INTO effect VALUES (?)", text);
  }

  /** What took effect. */
  public List<String> inDatabase() {
    return database.queryForList("SELECT text FROM effect", String.class);
  }
}
