package io.outbox4j.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.HeadPolicy;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The line in which an ordered row stands: rows of one line are sent one after the other, in the
 * order in which their transactions inserted them.
 *
 * @param id the line's id, 41 characters of ASCII: a hash, so that keys of any length and alphabet
 *     compare byte by byte on every database. All lines of an application and transport have the
 *     same {@link #prefix}
 * @param headPolicy what becomes of the rows behind this one when it is dead
 */
public record Line(String id, HeadPolicy headPolicy) {

  private static final int PREFIX = 8;
  private static final int REST = 32;

  /** Checks that what must be there is there. */
  public Line {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(headPolicy, "headPolicy");
  }

  /** The line of a topic's key. */
  public static Line ofKey(
      String application, String transport, String topic, String key, HeadPolicy headPolicy) {
    String prefix = prefix(application, transport);
    return new Line(prefix + hash(REST, "key", application, transport, topic, key), headPolicy);
  }

  /** A line that the application names, which may span topics and keys. */
  public static Line named(
      String application, String transport, String name, HeadPolicy headPolicy) {
    String prefix = prefix(application, transport);
    return new Line(prefix + hash(REST, "name", application, transport, name), headPolicy);
  }

  /** What the ids of all lines of an application and transport begin with, and no others. */
  public static String prefix(String application, String transport) {
    return hash(PREFIX, application, transport) + "-";
  }

  /** Each part is preceded by its length: no two lists of parts look the same. */
  private static String hash(int digits, String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
