package io.outbox4j.send;

/**
 * How many messages, and how many bytes of them, a lane may hold in memory. A message that is
 * larger than all the room still gets in when nothing else is there: otherwise it could never be
 * sent. Thread-safe.
 */
final class Room {

  private final int maxMessages;
  private final long maxBytes;
  private int messages;
  private long bytes;

  Room(int maxMessages, long maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Takes room for a message, if there is any. */
  synchronized boolean reserve(int size) {
    if (messages >= maxMessages || (messages > 0 && bytes + size > maxBytes)) {
      return false;
    }
    add(size);
    return true;
  }

  /** Takes room for a message that is here already, claimed within what was free before. */
  synchronized void add(int size) {
    messages++;
    bytes += size;
  }

  synchronized void release(int size) {
    messages--;
    bytes -= size;
  }

  synchronized int freeMessages() {
    return Math.max(0, maxMessages - messages);
  }

  synchronized long freeBytes() {
    return Math.max(0, maxBytes - bytes);
  }

  /**
   * Whether it is worth a statement to fetch rows: there is room for a batch, or for half of all.
   */
  synchronized boolean worthAClaim(int batchSize) {
    return maxMessages - messages >= Math.min(batchSize, (maxMessages + 1) / 2)
        && maxBytes - bytes >= maxBytes / 4;
  }

  synchronized int messages() {
    return messages;
  }
}
