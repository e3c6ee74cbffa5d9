package io.outbox4j.consume;

import io.outbox4j.OutboxException;
import java.lang.reflect.Modifier;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What may be said of an exception in a table or a log: {@code com.acme.OutOfStock at
 * com.acme.Stock.take:42 <- org.postgresql.util.PSQLException [SQLSTATE 23505, code 0]}.
 *
 * <p>The text of foreign exceptions stays out: drivers print the values that were bound, parsers
 * what they could not read.
 */
final class ErrorText {

  /** The longest text, in characters. */
  static final int MOST = 1_000;

  private ErrorText() {}

  static String of(Throwable failure) {
    String text = Causes.of(failure).map(ErrorText::ofOne).collect(Collectors.joining(" <- "));
    return text.length() <= MOST ? text : text.substring(0, MOST - 3) + "...";
  }

  private static String ofOne(Throwable failure) {
    return failure.getClass().getName() + detail(failure) + place(failure);
  }

  private static String detail(Throwable failure) {
    if (failure instanceof SQLException sql) {
      return " [SQLSTATE %s, code %d]".formatted(sql.getSQLState(), sql.getErrorCode());
    }
    return isOurs(failure.getClass()) ? " (" + failure.getMessage() + ")" : "";
  }

  /** Our final exceptions speak our own words; the open one may be anybody's. */
  private static boolean isOurs(Class<?> type) {
    return OutboxException.class.isAssignableFrom(type)
        && Modifier.isFinal(type.getModifiers())
        && type.getPackage().equals(OutboxException.class.getPackage());
  }

  private static String place(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .filter(frame -> !isOfTheJdk(frame.getClassName()))
        .findFirst()
        .map(f -> " at " + f.getClassName() + "." + f.getMethodName() + ":" + f.getLineNumber())
        .orElse("");
  }

  private static boolean isOfTheJdk(String type) {
    return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
  }
}
