package io.outbox4j.jdbc;

import io.outbox4j.ConfigurationException;
import java.util.List;

/** Names from the configuration that are compared with columns. */
final class Names {

  private Names() {}

  /** An application's name: MySQL would take one that ends in a space for one that does not. */
  static String checked(String application) {
    if (application.isEmpty()
        || application.length() > Vetting.MOST_APPLICATION
        || !application.equals(application.strip())
        || application.chars().anyMatch(Character::isISOControl)) {
      throw new ConfigurationException(
          List.of(
              "the application's name has %d characters: give it 1 to %d, without control"
                      .formatted(application.length(), Vetting.MOST_APPLICATION)
                  + " characters and without space at its ends"));
    }
    return application;
  }
}
