package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rule that nothing can break says nothing: each is broken here, and spares what is tidy. */
class HabitsCanFailTest {

  private static final String FIXTURE = "io.outbox4j.docs.fixture";
  private static final JavaClasses ALL = new ClassFileImporter().importPackages(FIXTURE);
  private static final JavaClasses TIDY = new ClassFileImporter().importPackages(FIXTURE + ".tidy");

  @ParameterizedTest
  @EnumSource
  void ruleSeesItsBreach(Habits habit) {
    assertThat(habit.rule.evaluate(ALL).getFailureReport().getDetails())
        .isNotEmpty()
        .allSatisfy(breach -> assertThat(breach).contains("StrayHelper"));
  }

  @ParameterizedTest
  @EnumSource
  void ruleSparesWhatIsTidy(Habits habit) {
    assertThat(habit.rule.evaluate(TIDY).hasViolation()).isFalse();
  }

  @Test
  void everyWayToSleepIsSeen() {
    assertThat(Habits.NOBODY_SLEEPS.rule.evaluate(ALL).getFailureReport().toString())
        .contains("Thread.sleep(", "TimeUnit.sleep(", "LockSupport.parkNanos(");
  }
}
