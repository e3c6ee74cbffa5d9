package com.example.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An order as the client remembers it.
 *
 * @param id the order
 * @param rollback whether the client asked the service to roll it back
 * @param answer what the client was told
 */
record Placed(String id, boolean rollback, Answer answer) {

  /** What a client was told about an order. */
  enum Answer {
    /** It is committed. */
    ACCEPTED,
    /** It is not committed. */
    REFUSED,
    /** Nothing: the connection broke, and only the database knows. */
    NONE
  }

  /** Reads lines of the form {@code id,rollback,answer}. */
  static List<Placed> read(Path file) throws IOException {
    List<Placed> orders = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(",", -1);
      if (fields.length != 3) {
        throw new IOException(file + ": not id,rollback,answer: " + line);
      }
      orders.add(new Placed(fields[0], Boolean.parseBoolean(fields[1]), Answer.valueOf(fields[2])));
    }
    return orders;
  }
}
