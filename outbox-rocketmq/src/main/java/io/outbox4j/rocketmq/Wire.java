package io.outbox4j.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.CloudEvent;
import io.outbox4j.spi.OutgoingMessage;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.jspecify.annotations.Nullable;

/**
 * Messages as RocketMQ messages, by the draft of CloudEvents' RocketMQ binding (section 3.1, binary
 * content mode): attributes in user properties, the payload as it is.
 *
 * <p>The names stand here and nowhere else. RocketMQ loses properties whose value is empty, and
 * takes no empty body; two properties of our own say what was empty.
 */
final class Wire {

  /** Before the name of each attribute. */
  static final String PREFIX = "CE_";

  /** The payload's media type: so the draft calls it. */
  static final String CONTENT_TYPE = PREFIX + "contenttype";

  /** The key: an attribute of CloudEvents' extension "partitioning". */
  static final String KEY = PREFIX + "partitionkey";

  /** The names of properties whose value is empty, form-urlencoded, with blanks in between. */
  static final String EMPTY_PROPERTIES = "outbox4j-empty";

  /** Says that the body, one byte of zero, stands for no payload or for an empty one. */
  static final String BODY = "outbox4j-body";

  /** The value of {@link #BODY} for no payload. */
  static final String NONE = "none";

  /** The value of {@link #BODY} for an empty payload. */
  static final String EMPTY = "empty";

  /** RocketMQ's limit is 32,767 bytes; the client and the broker add some properties of theirs. */
  static final int MOST_PROPERTIES = 32_000;

  /** Words of RocketMQ beyond those that its own list names. */
  private static final Set<String> MORE_RESERVED =
      Set.of(
          MessageConst.PROPERTY_TRANSACTION_ID,
          MessageConst.PROPERTY_TRANS_OFFSET,
          MessageConst.PROPERTY_TIMER_ROLL_LABEL,
          MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES,
          MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS,
          MessageConst.PROPERTY_SHARDING_KEY,
          MessageConst.PROPERTY_INNER_NUM,
          MessageConst.PROPERTY_INNER_BASE,
          MessageConst.PROPERTY_INNER_MULTI_DISPATCH,
          MessageConst.PROPERTY_FORWARD_QUEUE_ID,
          MessageConst.PROPERTY_REDIRECT,
          MessageConst.PROPERTY_TRACE_CONTEXT);

  private Wire() {}

  /**
   * The message as RocketMQ takes it.
   *
   * @throws MessageRefusedException when there can be none
   */
  static Message of(OutgoingMessage message) {
    Destination destination = Destination.of(message.topic());
    checkPartition(message.partition());
    Message wire = new Message(destination.topic(), body(message.payload()));
    List<String> empty = new ArrayList<>();
    CloudEvent.attributes(message).forEach((name, value) -> put(wire, PREFIX + name, value, name));
    if (message.contentType() != null) {
      put(wire, CONTENT_TYPE, message.contentType(), "contentType");
    }
    if (message.key() != null) {
      if (message.key().isEmpty()) {
        empty.add(KEY);
      } else {
        put(wire, KEY, message.key(), "key");
      }
    }
    message
        .headers()
        .forEach(
            (name, value) -> {
              checkName(name);
              if (value.isEmpty()) {
                empty.add(name);
              } else {
                put(wire, name, value, "header " + name);
              }
            });
    if (!empty.isEmpty()) {
      put(wire, EMPTY_PROPERTIES, list(empty), "headers");
    }
    byte @Nullable [] payload = message.payload();
    if (payload == null || payload.length == 0) {
      put(wire, BODY, payload == null ? NONE : EMPTY, "payload");
    }
    if (destination.tag() != null) {
      wire.setTags(destination.tag());
    }
    if (message.businessId() != null && !message.businessId().isEmpty()) {
      wire.setKeys(message.businessId());
    }
    checkSize(wire);
    return wire;
  }

  /** The names that {@link #EMPTY_PROPERTIES} lists. */
  static List<String> names(@Nullable String list) {
    return list == null
        ? List.of()
        : Stream.of(list.split(" ", -1)).map(name -> URLDecoder.decode(name, UTF_8)).toList();
  }

  /** Whether a property is RocketMQ's own. */
  static boolean isReserved(String name) {
    return MessageConst.STRING_HASH_SET.contains(name)
        || MORE_RESERVED.contains(name)
        || name.startsWith(MessageConst.PROPERTY_TRANSIENT_PREFIX);
  }

  /** Whether a property is one of those in which a message says what it is. */
  static boolean isOurs(String name) {
    return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
        || name.toLowerCase(Locale.ROOT).startsWith("outbox4j-");
  }

  private static String list(List<String> names) {
    return names.stream()
        .map(name -> URLEncoder.encode(name, UTF_8))
        .collect(Collectors.joining(" "));
  }

  private static byte[] body(byte @Nullable [] payload) {
    return payload == null || payload.length == 0 ? new byte[1] : payload;
  }

  private static void put(Message wire, String name, String value, String field) {
    checkCharacters(value, field);
    // Not putUserProperty, which refuses values of blanks.
    MessageAccessor.putProperty(wire, name, value);
  }

  private static void checkName(String name) {
    String field = "header " + name;
    if (isOurs(name)) {
      throw new MessageRefusedException(
          field, "is a name in which the message says what it is: give it another one");
    }
    if (isReserved(name)) {
      throw new MessageRefusedException(field, "is a name of RocketMQ's own: give it another one");
    }
    checkCharacters(name, field);
  }

  private static void checkCharacters(String text, String field) {
    if (text.indexOf('\u0001') >= 0 || text.indexOf('\u0002') >= 0) {
      throw new MessageRefusedException(
          field,
          "holds the character U+0001 or U+0002, between which RocketMQ writes properties: leave"
              + " it out");
    }
  }

  private static void checkPartition(@Nullable Integer partition) {
    if (partition != null && partition < 0) {
      throw new MessageRefusedException(
          "partition", "is " + partition + ": queues are counted from 0");
    }
  }

  private static void checkSize(Message wire) {
    int size = 0;
    for (Map.Entry<String, String> property : wire.getProperties().entrySet()) {
      size += property.getKey().getBytes(UTF_8).length + property.getValue().getBytes(UTF_8).length;
      size += 2;
    }
    if (size > MOST_PROPERTIES) {
      throw new MessageRefusedException(
          "headers",
          "make, with key, business id and the attributes, properties of "
              + size
              + " bytes, but RocketMQ takes "
              + MOST_PROPERTIES
              + ": send less, or send it in the payload");
    }
  }
}
