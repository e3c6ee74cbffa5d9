package io.outbox4j.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.SafetyReport.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

/** What is a finding, and what is not: also what one broker alone can't be set up as. */
class InspectionTest {

  private static final String IN_SYNC = "min.insync.replicas";
  private static final String UNCLEAN = "unclean.leader.election.enable";
  private static final String FACTOR = "default.replication.factor";

  @Test
  void threeReplicasOfWhichTwoAcknowledgeAreSafe() {
    assertThat(Inspection.ofTopic("orders", 3, config(IN_SYNC, "2", UNCLEAN, "false"))).isEmpty();
    assertThat(Inspection.ofBroker("broker 1", config(FACTOR, "3", IN_SYNC, "2"))).isEmpty();
  }

  @Test
  void oneReplicaIsOneFindingWhateverItsLeastInSyncIs() {
    assertThat(Inspection.ofTopic("orders", 1, config(IN_SYNC, "1")))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.subject()).isEqualTo("orders");
              assertThat(found.problem()).startsWith("one replica");
            });
    assertThat(Inspection.ofBroker("broker 1", config(FACTOR, "1", IN_SYNC, "1")))
        .singleElement()
        .satisfies(found -> assertThat(found.problem()).startsWith(FACTOR + " is 1"));
  }

  @Test
  void severalReplicasOfWhichOneAcknowledgesAreAFinding() {
    assertThat(problems(Inspection.ofTopic("orders", 3, config(IN_SYNC, "1"))))
        .singleElement()
        .asString()
        .startsWith(IN_SYNC + " is 1");
    assertThat(problems(Inspection.ofBroker("broker 1", config(FACTOR, "3", IN_SYNC, "1"))))
        .singleElement()
        .asString()
        .startsWith(IN_SYNC + " is 1");
  }

  @Test
  void uncleanElectionIsAFinding() {
    assertThat(problems(Inspection.ofTopic("orders", 3, config(IN_SYNC, "2", UNCLEAN, "true"))))
        .singleElement()
        .asString()
        .startsWith(UNCLEAN + " is true");
  }

  @Test
  void whatIsNotShownIsNoFinding() {
    assertThat(Inspection.ofTopic("orders", 3, null)).isEmpty();
    assertThat(Inspection.ofTopic("orders", 3, new Config(List.of()))).isEmpty();
  }

  private static List<String> problems(List<Finding> findings) {
    return findings.stream().map(Finding::problem).toList();
  }

  private static Config config(String... namesAndValues) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Config(
        settings.entrySet().stream()
            .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
            .toList());
  }
}
