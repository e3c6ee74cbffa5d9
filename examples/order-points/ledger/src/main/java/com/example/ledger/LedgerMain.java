package com.example.ledger;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints what differs, and the ledger's line as the last one. Exit code 0 when all is well, 1 when
 * something was lost, invented, doubled or contradicted, 2 when the tables can't be read.
 *
 * <p>Arguments: the client's file, the JDBC URL of the order and of the points database, and, if
 * there is one, the file with the audit trail, an order id on each line. User and password come by
 * the environment: {@code DB_USER}, {@code DB_PASSWORD}.
 */
public final class LedgerMain {

  private static final int EXAMPLES = 3;

  private LedgerMain() {}

  public static void main(String[] arguments) {
    if (arguments.length < 3 || arguments.length > 4) {
      System.err.println("arguments: CLIENT_FILE ORDERS_JDBC_URL POINTS_JDBC_URL [AUDIT_FILE]");
      System.exit(2);
    }
    Map<String, String> environment = System.getenv();
    String user = environment.getOrDefault("DB_USER", "");
    String password = environment.getOrDefault("DB_PASSWORD", "");
    try (Connection orders = Tables.open(arguments[1], user, password);
        Connection points = Tables.open(arguments[2], user, password)) {
      List<Placed> placed = Placed.read(Path.of(arguments[0]));
      Map<String, Integer> committed = Tables.orders(orders);
      Ledger ledger = Ledger.of(placed, committed, Tables.points(points));
      Audit audit =
          arguments.length == 3
              ? null
              : Audit.of(Files.readAllLines(Path.of(arguments[3])), committed);
      print(ledger, audit, placed, System.out);
      System.exit(ledger.isClean() && (audit == null || audit.isClean()) ? 0 : 1);
    } catch (IOException | SQLException e) {
      System.err.println("The ledger cannot be read: " + e);
      System.exit(2);
    }
  }

  static void print(Ledger ledger, @Nullable Audit audit, List<Placed> placed, PrintStream out) {
    out.printf(
        "the client placed %d orders: accepted %d, refused %d (%d of them should be rolled back), no"
            + " answer %d%n",
        placed.size(),
        count(placed, Placed.Answer.ACCEPTED),
        count(placed, Placed.Answer.REFUSED),
        placed.stream()
            .filter(order -> order.rollback() && order.answer() == Placed.Answer.REFUSED)
            .count(),
        count(placed, Placed.Answer.NONE));
    examples("lost: committed, but no points", ledger.lost(), out);
    examples("phantom: points, but not committed", ledger.phantom(), out);
    examples("duplicated: points more than once", ledger.duplicated(), out);
    examples("contradiction", ledger.contradictions(), out);
    if (audit != null) {
      examples("lost: committed, but not audited", audit.lost(), out);
      examples("phantom: audited, but not committed", audit.phantom(), out);
      out.println(audit);
    }
    out.println(ledger);
  }

  private static long count(List<Placed> placed, Placed.Answer answer) {
    return placed.stream().filter(order -> order.answer() == answer).count();
  }

  private static void examples(String what, List<String> orders, PrintStream out) {
    if (!orders.isEmpty()) {
      int shown = Math.min(EXAMPLES, orders.size());
      out.printf(
          "%s: %s%s%n",
          what, String.join(", ", orders.subList(0, shown)), shown < orders.size() ? ", .." : "");
    }
  }
}
