package io.outbox4j.docs.snippet;

// snippet: class
import io.outbox4j.spi.PayloadSerializer;

/** For events that know their own bytes, as generated Protobuf classes do. */
public final class EventSerializer implements PayloadSerializer {

  /** What all events have in common. */
  public interface Event {
    byte[] toByteArray();
  }

  @Override
  public String contentType() {
    return "application/x-protobuf";
  }

  @Override
  public byte[] serialize(Object payload) {
    if (payload instanceof Event event) {
      return event.toByteArray();
    }
    throw new IllegalArgumentException(payload.getClass().getName() + " is not an event");
  }
}
// end
