package io.outbox4j.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.outbox4j.spi.SendResult;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What can keep a message from being acknowledged, and who is at fault: by the code of the reply,
 * never by its text. {@link RabbitTransport} has the same table.
 */
enum Trouble {
  CONTENT_TOO_LARGE("311 CONTENT_TOO_LARGE", Fault.MESSAGE),
  PRECONDITION_FAILED("406 PRECONDITION_FAILED", Fault.MESSAGE),
  UNENCODABLE("IllegalArgumentException", Fault.MESSAGE),
  NO_ROUTE("312 NO_ROUTE", Fault.DESTINATION),
  NO_CONSUMERS("313 NO_CONSUMERS", Fault.DESTINATION),
  ACCESS_REFUSED("403 ACCESS_REFUSED", Fault.DESTINATION),
  NOT_FOUND("404 NOT_FOUND", Fault.DESTINATION),
  RESOURCE_LOCKED("405 RESOURCE_LOCKED", Fault.DESTINATION),
  NACK("nack", Fault.DESTINATION),
  SILENT_QUEUE("no confirm, while the broker answers", Fault.DESTINATION),
  NO_CHANNEL("no channel left", Fault.DESTINATION),
  OTHER("another code or error", Fault.TRANSPORT),
  NO_CONNECTION("no connection", Fault.TRANSPORT),
  CONNECTION_LOST("connection lost", Fault.TRANSPORT),
  BLOCKED("connection blocked", Fault.TRANSPORT),
  HELD_UP("held up by other messages", Fault.TRANSPORT),
  SILENT_BROKER("no confirm, and the broker is silent", Fault.TRANSPORT),
  CLOSED("transport closed", Fault.TRANSPORT);

  /** Who is at fault. The words are those of the table. */
  enum Fault {
    MESSAGE("rejected"),
    DESTINATION("unavailable: destination"),
    TRANSPORT("unavailable: transport");

    final String words;

    Fault(String words) {
      this.words = words;
    }
  }

  final String words;
  final Fault fault;

  Trouble(String words, Fault fault) {
    this.words = words;
    this.fault = fault;
  }

  /** The trouble that a reply code stands for, when a channel is closed or a message returned. */
  static Trouble of(int code) {
    return Arrays.stream(values())
        .filter(trouble -> trouble.words.startsWith(code + " "))
        .findFirst()
        .orElse(OTHER);
  }

  /** The reply code with which the broker closed a channel or a connection; 0 if it did not. */
  static int codeOf(@Nullable Throwable error) {
    for (Throwable next = error; next != null; next = next.getCause()) {
      if (next instanceof ShutdownSignalException end) {
        Method reason = end.getReason();
        if (reason instanceof AMQP.Channel.Close close) {
          return close.getReplyCode();
        }
        if (reason instanceof AMQP.Connection.Close close) {
          return close.getReplyCode();
        }
      }
    }
    return 0;
  }

  /** An error in words: its type and the reply code. Texts may quote what was sent. */
  static String name(Throwable error) {
    int code = codeOf(error);
    String name = error.getClass().getSimpleName();
    return code == 0 ? name : name + ", code " + code;
  }

  /** The name by which retry policies know it: the words without the number of the reply code. */
  private String error() {
    return words.replaceFirst("^[0-9]+ ", "");
  }

  /**
   * The result of a message.
   *
   * @param mayHaveArrived whether it may have reached the broker
   * @param detail more words, or empty
   */
  SendResult result(boolean mayHaveArrived, String detail) {
    String reason = detail.isEmpty() ? words : words + ": " + detail;
    return switch (fault) {
      case MESSAGE -> SendResult.rejected(error(), reason);
      case DESTINATION -> SendResult.destinationUnavailable(mayHaveArrived, reason);
      case TRANSPORT -> SendResult.transportUnavailable(mayHaveArrived, reason);
    };
  }
}
