package io.outbox4j.publish;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.PayloadSerializer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A payload as it goes out: bytes as they are, text as UTF-8, null as nothing, all else as the
 * serializer says. The bytes are the outbox's own; the application may go on with its array.
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record EncodedPayload(byte @Nullable [] bytes, @Nullable String contentType) {

  static EncodedPayload of(@Nullable Object payload, @Nullable PayloadSerializer serializer) {
    if (payload == null) {
      return new EncodedPayload(null, null);
    }
    if (payload instanceof byte[] bytes) {
      return new EncodedPayload(bytes.clone(), "application/octet-stream");
    }
    if (payload instanceof String text) {
      return new EncodedPayload(utf8(text), "text/plain; charset=utf-8");
    }
    if (serializer == null) {
      throw new MessageRefusedException(
          "payload",
          "is a %s, but the outbox has no serializer: give it one, such as JacksonSerializer, or publish byte[] or String"
              .formatted(payload.getClass().getName()));
    }
    return new EncodedPayload(serialized(payload, serializer), serializer.contentType());
  }

  private static byte[] serialized(Object payload, PayloadSerializer serializer) {
    try {
      return serializer.serialize(payload);
    } catch (RuntimeException failure) {
      throw new MessageRefusedException(
          "payload",
          "of %s could not be serialized by %s; its cause says why"
              .formatted(payload.getClass().getName(), serializer.getClass().getName()),
          failure);
    }
  }

  /** {@code getBytes} would replace half a surrogate pair by a question mark. */
  private static byte[] utf8(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException halfPair) {
      throw new MessageRefusedException(
          "payload", "is text with half a surrogate pair, which UTF-8 can't hold: publish byte[]");
    }
  }
}
