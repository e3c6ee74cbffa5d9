package io.outbox4j.architecture;

import static com.tngtech.archunit.core.importer.ImportOption.Predefined.DO_NOT_INCLUDE_TESTS;
import static com.tngtech.archunit.core.importer.ImportOption.Predefined.ONLY_INCLUDE_TESTS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String ROOT = "io.outbox4j";
  private static final PackagePlan PLAN = new PackagePlan(ROOT);
  private static final Habits HABITS = new Habits(ROOT);
  private static final JavaClasses CODE =
      new ClassFileImporter().withImportOption(DO_NOT_INCLUDE_TESTS).importPackages(ROOT);

  @Test
  void packagesImportWhatThePlanAllows() {
    PLAN.apiImportsNothingOfOurs().check(CODE);
    PLAN.spiImportsTheApiOnly().check(CODE);
    PLAN.noOtherPackages().check(CODE);
    PLAN.partsDoNotSeeEachOther().forEach(rule -> rule.check(CODE));
  }

  @Test
  void namesTell() {
    HABITS.typesHaveTellingNames().check(CODE);
    HABITS.fieldsHaveTellingNames().check(CODE);
  }

  @Test
  void packagesAreNullMarked() {
    HABITS.packagesAreNullMarked().check(CODE);
  }

  @Test
  void timeIsGiven() {
    HABITS.nobodyAsksTheSystemForTheTime().check(CODE);
    HABITS.nobodySleeps().check(CODE);
  }

  @Test
  void staticFieldsAreFinal() {
    HABITS.staticFieldsAreFinal().check(CODE);
  }

  @Test
  void testsWaitForConditions() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(ONLY_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/architecture/fixture/"))
            .importPackages(ROOT);
    HABITS.nobodySleeps().check(tests);
  }
}
