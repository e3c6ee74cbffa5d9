package io.outbox4j.jdbc;

import java.util.List;

/**
 * The kinds of settlement: what each sets, on which rows, and the values that every row brings. The
 * fence of the negative ones lets each take effect once, and only for the claim that it belongs to.
 * A row that leaves its line loses the line's id for good.
 */
enum Outcome {
  /** Wins over everything that this version knows, and changes a row once. */
  SENT(
      List.of(Field.ID, Field.PLACE),
      "status = 1, sent_at = {now}, place = new_place, order_key = NULL",
      "status IN (0, 2, 3)"),
  RESCHEDULED(
      List.of(Field.ID, Field.FENCE, Field.SPENT, Field.DELAY, Field.ERROR),
      "resolved = fence, attempts = attempts + spent, next_attempt_at = {after new_delay},"
          + " last_error = COALESCE(new_error, last_error)",
      Outcome.FENCE),
  DEAD(
      List.of(Field.ID, Field.FENCE, Field.SPENT, Field.ERROR, Field.ASIDE),
      "status = 2, resolved = fence, attempts = attempts + spent, last_error = new_error,"
          + " order_key = CASE WHEN aside = 1 THEN NULL ELSE order_key END",
      Outcome.FENCE);

  private static final String FENCE = "status = 0 AND claims = fence AND resolved < fence";

  private final List<Field> fields;
  private final String set;
  private final String where;

  Outcome(List<Field> fields, String set, String where) {
    this.fields = fields;
    this.set = set;
    this.where = where;
  }

  List<Field> fields() {
    return fields;
  }

  String set() {
    return set;
  }

  String where() {
    return where;
  }

  /** A value that each row brings. */
  enum Field {
    ID("settled_id", "uuid"),
    FENCE("fence", "integer"),
    SPENT("spent", "integer"),
    DELAY("new_delay", "bigint"),
    PLACE("new_place", "text"),
    ERROR("new_error", "text"),
    ASIDE("aside", "integer");

    private final String column;
    private final String type;

    Field(String column, String type) {
      this.column = column;
      this.type = type;
    }

    String column() {
      return column;
    }

    /** The type, in the words of PostgreSQL. */
    String type() {
      return type;
    }
  }
}
