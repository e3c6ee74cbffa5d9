package io.outbox4j.architecture;

import static com.tngtech.archunit.core.importer.ImportOption.Predefined.DO_NOT_INCLUDE_TESTS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The plan of the packages. The habits of all modules stand in the tests of the module docs. */
class ArchitectureTest {

  private static final String ROOT = "io.outbox4j";
  private static final PackagePlan PLAN = new PackagePlan(ROOT);
  private static final JavaClasses CODE =
      new ClassFileImporter().withImportOption(DO_NOT_INCLUDE_TESTS).importPackages(ROOT);

  @Test
  void packagesImportWhatThePlanAllows() {
    PLAN.apiImportsNothingOfOurs().check(CODE);
    PLAN.spiImportsTheApiOnly().check(CODE);
    PLAN.noOtherPackages().check(CODE);
    PLAN.partsDoNotSeeEachOther().forEach(rule -> rule.check(CODE));
  }
}
