package io.outbox4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rule that nothing can break says nothing: each is broken here once, and spares what is tidy.
 */
class ArchitectureCanFailTest {

  private static final String ROOT = "io.outbox4j.architecture.fixture";
  private static final JavaClasses FIXTURE = new ClassFileImporter().importPackages(ROOT);

  static Stream<Arguments> broken() {
    PackagePlan plan = new PackagePlan(ROOT);
    return Stream.of(
        Arguments.of(plan.apiImportsNothingOfOurs(), "ApiThatImportsSpi"),
        Arguments.of(plan.spiImportsTheApiOnly(), "SpiThatImportsAPart"),
        Arguments.of(plan.partsDoNotSeeEachOther().toList().get(1), "PartThatImportsAPart"),
        Arguments.of(plan.noOtherPackages(), "Stray"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void ruleSeesItsBreach(ArchRule rule, String culprit) {
    List<String> breaches = rule.evaluate(FIXTURE).getFailureReport().getDetails();

    assertThat(breaches).isNotEmpty().allSatisfy(breach -> assertThat(breach).contains(culprit));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void ruleSparesWhatIsTidy(ArchRule rule, String culprit) {
    JavaClasses tidy = new ClassFileImporter().importPackages(ROOT + ".job");

    assertThat(rule.evaluate(tidy).hasViolation()).isFalse();
  }
}
