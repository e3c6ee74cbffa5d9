package io.outbox4j.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why the broker refused a declaration. What it says of the exchange or queue that is there stands
 * only in the text of its reply, which RabbitMQ 3.10 to 4.x word in the same way. A text that isn't
 * worded so tells nothing, and none is repeated.
 *
 * @param property the property that differs; or why nothing is known of it, in our own words
 * @param current its value there, null for none
 * @param isDifference whether a property differs
 */
record Refusal(String property, @Nullable Object current, boolean isDifference) {

  /** Stands for the property, since the broker doesn't name it. */
  static final String EXCLUSIVE = "exclusive";

  private static final Pattern DIFFERENCE =
      Pattern.compile(
          "PRECONDITION_FAILED - inequivalent arg '([\\w-]+)' for .* but current is"
              + " (?:none|'(.*)'|the value '(.*)' of type '(\\w+)')",
          Pattern.DOTALL);

  private static final Pattern INVALID = Pattern.compile("PRECONDITION_FAILED - invalid .*");

  /**
   * Reads a refusal.
   *
   * @throws IOException the error, if it is none
   */
  static Refusal of(IOException error) throws IOException {
    if (!(error.getCause() instanceof ShutdownSignalException end)
        || !(end.getReason() instanceof AMQP.Channel.Close close)) {
      throw error;
    }
    return of(close.getReplyCode(), close.getReplyText());
  }

  /** Reads a reply of the broker. */
  static Refusal of(int code, String text) {
    if (code == AMQP.RESOURCE_LOCKED) {
      return new Refusal(EXCLUSIVE, true, true);
    }
    if (code == AMQP.ACCESS_REFUSED) {
      return unknown("the broker refuses access; it takes the permission to configure");
    }
    if (code != AMQP.PRECONDITION_FAILED) {
      return unknown("code " + code);
    }
    Matcher difference = DIFFERENCE.matcher(text);
    if (difference.matches()) {
      String field = difference.group(2);
      Object current = field != null ? field : value(difference.group(3), difference.group(4));
      return new Refusal(difference.group(1), current, true);
    }
    return unknown(INVALID.matcher(text).lookingAt() ? "it is not there" : "code " + code);
  }

  private static Refusal unknown(String reason) {
    return new Refusal(reason, null, false);
  }

  private static @Nullable Object value(@Nullable String text, @Nullable String type) {
    if (text == null || type == null) {
      return null;
    }
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "longstr" -> text;
      case "bool" -> Boolean.valueOf(text);
      default -> text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : text;
    };
  }
}
