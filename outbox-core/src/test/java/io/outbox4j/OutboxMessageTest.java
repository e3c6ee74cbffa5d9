package io.outbox4j;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class OutboxMessageTest {

  /** No transport has to know what to do with it. */
  @Test
  void aHeaderWithoutValueIsRefused() {
    OutboxMessage.Builder message = OutboxMessage.to("t");

    assertThatNullPointerException()
        .isThrownBy(() -> message.header("trace", null))
        .withMessage("value of header trace");
    assertThatNullPointerException()
        .isThrownBy(() -> message.headers(Collections.singletonMap("trace", null)))
        .withMessage("value of header trace");
    assertThatNullPointerException()
        .isThrownBy(() -> message.header(null, "t"))
        .withMessage("header name");
  }
}
