package io.outbox4j.spring.kafka;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.jdbc.core.JdbcTemplate;

/** A business change that can be counted, and how often it was tried. */
class Effects {

  final List<String> calls = new CopyOnWriteArrayList<>();
  private final JdbcTemplate database;

  Effects(JdbcTemplate database) {
    this.database = database;
    database.execute("CREATE TABLE IF NOT EXISTS effect (text VARCHAR(100))");
  }

  void happen(String text) {
    calls.add(text);
    database.update("INSERT INTO effect VALUES (?)", text);
  }

  List<String> inDatabase() {
    return database.queryForList("SELECT text FROM effect", String.class);
  }
}
