package io.outbox4j.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Headers in one text column, as {@code application/x-www-form-urlencoded}: plain ASCII, so that
 * every character survives every database, U+0000 included, and the order is kept.
 */
final class Headers {

  private Headers() {}

  static @Nullable String encode(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return null;
    }
    return headers.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  static Map<String, String> decode(@Nullable String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (text != null) {
      for (String pair : text.split("&", -1)) {
        int middle = pair.indexOf('=');
        headers.put(decodePart(pair.substring(0, middle)), decodePart(pair.substring(middle + 1)));
      }
    }
    return headers;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String decodePart(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
