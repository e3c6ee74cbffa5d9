package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadersTest {

  @Test
  void everythingComesBackInItsOrder() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("z", "a=b&c");
    headers.put("", "");
    headers.put("ü\0", "\r\n😀 +%");
    headers.put("a", "");

    String text = Headers.encode(headers);

    assertThat(text).matches("\\p{ASCII}*").doesNotContain(" ", "\n", "\0");
    assertThat(Headers.decode(text)).isEqualTo(headers);
    assertThat(Headers.decode(text).keySet()).containsExactly("z", "", "ü\0", "a");
  }

  @Test
  void noneIsNull() {
    assertThat(Headers.encode(Map.of())).isNull();
    assertThat(Headers.decode(null)).isEmpty();
    assertThat(Headers.decode(Headers.encode(Map.of("", "")))).isEqualTo(Map.of("", ""));
  }
}
