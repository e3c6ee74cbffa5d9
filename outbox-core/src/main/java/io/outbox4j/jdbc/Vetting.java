package io.outbox4j.jdbc;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tables can't hold unchanged is refused, with the field's name. */
final class Vetting {

  static final int MOST_ERROR = 1000;
  static final int MOST_PLACE = 255;
  static final int MOST_APPLICATION = 100;
  private static final int MOST_LINE = 64;
  private static final int MOST_HEADERS = 100_000;

  private final Dialect dialect;

  Vetting(Dialect dialect) {
    this.dialect = dialect;
  }

  void vet(SendRow row, String application) {
    OutgoingMessage message = row.message();
    if (!message.source().equals(application)) {
      throw new MessageRefusedException(
          "source", "must be the application whose outbox this is: " + application);
    }
    text("transport", row.transport(), 100);
    text("topic", message.topic(), 512);
    text("key", message.key(), 1000);
    text("businessId", message.businessId(), 255);
    text("type", message.type(), 255);
    text("contentType", message.contentType(), 255);
    line(row);
    headers(message.headers());
    payload(message.payload());
  }

  /** A line of another application or transport would never be found. */
  private void line(SendRow row) {
    Line line = row.line();
    if (line == null) {
      return;
    }
    text("line", line.id(), MOST_LINE);
    if (!line.id().startsWith(Line.prefix(row.message().source(), row.transport()))) {
      throw new MessageRefusedException(
          "line", "must be one of the application and transport " + row.transport());
    }
  }

  void text(String field, @Nullable String text, int most) {
    if (text == null) {
      return;
    }
    if (text.length() > most) {
      throw new MessageRefusedException(
          field, "has %,d characters: the table holds at most %,d".formatted(text.length(), most));
    }
    if (!dialect.storesNul() && text.indexOf('\0') >= 0) {
      throw new MessageRefusedException(
          field, "holds the character U+0000, which this database can't store in a text");
    }
    pairs(field, text);
  }

  void headers(Map<String, String> headers) {
    headers.forEach(
        (name, value) -> {
          pairs("name of a header", name);
          pairs("header " + name, value);
        });
    String text = Headers.encode(headers);
    if (text != null && text.length() > MOST_HEADERS) {
      throw new MessageRefusedException(
          "headers",
          "take %,d characters when encoded: the table holds at most %,d"
              .formatted(text.length(), MOST_HEADERS));
    }
  }

  void payload(byte @Nullable [] payload) {
    if (payload == null) {
      return;
    }
    long bytes =
        payload.length > dialect.mostPayload() / 2
            ? dialect.bytesInStatement(payload)
            : payload.length;
    if (bytes > dialect.mostPayload()) {
      throw new MessageRefusedException(
          "payload",
          "takes %,d bytes in a statement: this database allows at most %,d"
              .formatted(bytes, dialect.mostPayload()));
    }
  }

  /** Half of a surrogate pair has no UTF-8: drivers put a question mark in its place. */
  private static void pairs(String field, String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (!Character.isSurrogate(each)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(each)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        throw new MessageRefusedException(
            field, "holds half of a surrogate pair at %d, which is no character".formatted(i));
      }
      i++;
    }
  }

  /** A text of ours that is cut and cleaned rather than refused: errors and places. */
  static @Nullable String fitted(@Nullable String text, int most) {
    if (text == null) {
      return null;
    }
    StringBuilder fitted = new StringBuilder();
    text.codePoints()
        .map(each -> each == 0 || Character.getType(each) == Character.SURROGATE ? '?' : each)
        .takeWhile(each -> fitted.length() + Character.charCount(each) <= most)
        .forEach(fitted::appendCodePoint);
    return fitted.toString();
  }
}
