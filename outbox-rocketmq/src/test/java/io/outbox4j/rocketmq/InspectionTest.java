package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.SafetyReport.Finding;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What is a finding, and what is not: also what one broker alone can't be set up as. */
class InspectionTest {

  @Test
  void aDefaultBrokerHasTwo() {
    assertThat(problems("brokerRole", "ASYNC_MASTER", "flushDiskType", "ASYNC_FLUSH"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("brokerRole is ASYNC_MASTER"),
            second -> assertThat(second).startsWith("flushDiskType is ASYNC_FLUSH"));
  }

  @Test
  void aBrokerThatFlushesAndDoesNotReplicateHasOne() {
    assertThat(problems("brokerRole", "ASYNC_MASTER", "flushDiskType", "SYNC_FLUSH"))
        .singleElement()
        .asString()
        .startsWith("brokerRole is ASYNC_MASTER");
  }

  @Test
  void aMasterThatWaitsForASlaveIsSafe() {
    assertThat(
            problems(
                "brokerRole", "SYNC_MASTER", "inSyncReplicas", "2", "flushDiskType", "ASYNC_FLUSH"))
        .isEmpty();
    assertThat(problems("brokerRole", "SYNC_MASTER", "flushDiskType", "ASYNC_FLUSH"))
        .as("a broker before RocketMQ 5 knows no inSyncReplicas")
        .isEmpty();
  }

  @Test
  void aMasterThatOnlyLooksAsIfItWaitedHasOne() {
    assertThat(problems("brokerRole", "SYNC_MASTER", "inSyncReplicas", "1"))
        .singleElement()
        .asString()
        .startsWith("inSyncReplicas is 1");
    assertThat(
            problems(
                "brokerRole",
                "SYNC_MASTER",
                "inSyncReplicas",
                "2",
                "enableAutoInSyncReplicas",
                "true",
                "minInSyncReplicas",
                "1"))
        .singleElement()
        .asString()
        .startsWith("enableAutoInSyncReplicas is true");
  }

  @Test
  void aMajorityIsSafe() {
    assertThat(problems("brokerRole", "ASYNC_MASTER", "enableDLegerCommitLog", "true")).isEmpty();
    assertThat(
            problems(
                "brokerRole", "SYNC_MASTER", "inSyncReplicas", "1", "allAckInSyncStateSet", "true"))
        .isEmpty();
  }

  private static List<String> problems(String... namesAndValues) {
    Properties settings = new Properties();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.setProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Inspection.of("broker", settings).stream().map(Finding::problem).toList();
  }
}
