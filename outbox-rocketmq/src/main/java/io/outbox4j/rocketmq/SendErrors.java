package io.outbox4j.rocketmq;

import io.outbox4j.spi.SendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.exception.RemotingTooMuchRequestException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/**
 * Who is at fault when a message was not stored as it should: by status, code or type, never by
 * text.
 *
 * <p>What a broker says is the message's fault or its destination's: it is there, and other topics
 * may be well. What fails without an answer is the transport's.
 */
final class SendErrors {

  /** Who is at fault. The words are those of {@link RocketMqTransport}'s table. */
  enum Fault {
    MESSAGE("rejected"),
    DESTINATION("unavailable: destination"),
    DESTINATION_KEPT_BACK("unavailable: destination; did not arrive"),
    TRANSPORT("unavailable: transport"),
    TRANSPORT_KEPT_BACK("unavailable: transport; did not arrive");

    final String words;

    Fault(String words) {
      this.words = words;
    }
  }

  /**
   * A line of the table.
   *
   * @param name the status, the name of the broker's code, or the client's type
   * @param fault who is at fault
   */
  record Line(String name, Fault fault) {}

  private static final Map<Integer, Line> CODES =
      new TreeMap<>(
          Map.of(
              ResponseCode.MESSAGE_ILLEGAL,
              new Line("MESSAGE_ILLEGAL", Fault.MESSAGE),
              ResponseCode.INVALID_PARAMETER,
              new Line("INVALID_PARAMETER", Fault.MESSAGE),
              ResponseCode.SYSTEM_BUSY,
              new Line("SYSTEM_BUSY", Fault.DESTINATION_KEPT_BACK),
              ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
              new Line("REQUEST_CODE_NOT_SUPPORTED", Fault.DESTINATION_KEPT_BACK),
              ResponseCode.NO_PERMISSION,
              new Line("NO_PERMISSION", Fault.DESTINATION_KEPT_BACK),
              ResponseCode.TOPIC_NOT_EXIST,
              new Line("TOPIC_NOT_EXIST", Fault.DESTINATION_KEPT_BACK)));

  private static final Line OTHER_CODE = new Line("any other code", Fault.DESTINATION);

  private static final List<Line> STATUSES =
      List.of(
          new Line(SendStatus.FLUSH_DISK_TIMEOUT.name(), Fault.DESTINATION),
          new Line(SendStatus.FLUSH_SLAVE_TIMEOUT.name(), Fault.DESTINATION),
          new Line(SendStatus.SLAVE_NOT_AVAILABLE.name(), Fault.DESTINATION));

  private static final Line NO_CONNECTION =
      new Line(RemotingConnectException.class.getSimpleName(), Fault.TRANSPORT_KEPT_BACK);
  private static final Line NOT_TAKEN =
      new Line(RemotingTooMuchRequestException.class.getSimpleName(), Fault.TRANSPORT_KEPT_BACK);
  private static final Line OTHER_TYPE = new Line("any other type", Fault.TRANSPORT);

  private SendErrors() {}

  /** All lines, as the Javadoc shows them. */
  static List<Line> table() {
    List<Line> all = new ArrayList<>(STATUSES);
    all.addAll(CODES.values());
    all.addAll(List.of(OTHER_CODE, NO_CONNECTION, NOT_TAKEN, OTHER_TYPE));
    return all;
  }

  /** What a status other than {@code SEND_OK} means. */
  static SendResult of(SendStatus status) {
    return STATUSES.stream()
        .filter(line -> line.name().equals(status.name()))
        .findFirst()
        .map(line -> result(line.fault(), line.name()))
        .orElseGet(() -> result(Fault.DESTINATION, status.name()));
  }

  /** What an error of the client means. The client wraps what it met, sometimes twice. */
  static SendResult of(Throwable error) {
    Integer code = code(error);
    if (code != null) {
      Line line = CODES.getOrDefault(code, OTHER_CODE);
      return result(line.fault(), line == OTHER_CODE ? "code " + code : line.name());
    }
    Throwable met = met(error);
    if (met instanceof RemotingConnectException) {
      return result(NO_CONNECTION.fault(), NO_CONNECTION.name());
    }
    if (met instanceof RemotingTooMuchRequestException) {
      return result(NOT_TAKEN.fault(), NOT_TAKEN.name());
    }
    return result(OTHER_TYPE.fault(), met.getClass().getSimpleName());
  }

  /** Whether a broker, or the client in its stead, said a code, and it was this one. */
  static boolean isCode(Throwable error, int wanted) {
    Integer code = code(error);
    return code != null && code == wanted;
  }

  private static @Nullable Integer code(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof MQBrokerException said) {
        return said.getResponseCode();
      }
      if (e instanceof MQClientException said
          && said.getResponseCode() == ResponseCode.MESSAGE_ILLEGAL) {
        return said.getResponseCode();
      }
    }
    return null;
  }

  private static Throwable met(Throwable error) {
    Throwable last = error;
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof RemotingException) {
        return e;
      }
      last = e;
    }
    return last;
  }

  private static SendResult result(Fault fault, String reason) {
    return switch (fault) {
      case MESSAGE -> SendResult.rejected(reason, reason);
      case DESTINATION -> SendResult.destinationUnavailable(true, reason);
      case DESTINATION_KEPT_BACK -> SendResult.destinationUnavailable(false, reason);
      case TRANSPORT -> SendResult.transportUnavailable(true, reason);
      case TRANSPORT_KEPT_BACK -> SendResult.transportUnavailable(false, reason);
    };
  }
}
