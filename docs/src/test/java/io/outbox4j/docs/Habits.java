package io.outbox4j.docs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** What holds in every package of every module, in production code and in tests. */
enum Habits {
  TYPES_HAVE_TELLING_NAMES(classes().should(haveATellingName())),

  /** A field may be named after a foreign type, as in {@code transactionManager}. */
  FIELDS_HAVE_TELLING_NAMES(
      fields().that().haveRawType(resideInAPackage("io.outbox4j..")).should(haveATellingName())),

  PACKAGES_ARE_NULL_MARKED(classes().should(liveInANullMarkedPackage())),

  NOBODY_ASKS_THE_SYSTEM_FOR_THE_TIME(
      noClasses()
          .should()
          .accessTargetWhere(isAClock())
          .because("time comes from an injected clock or from the database")),

  NOBODY_SLEEPS(
      noClasses()
          .that(areNoPollers())
          .should()
          .accessTargetWhere(isASleep())
          .because("whoever waits, waits for a condition")),

  STATIC_FIELDS_ARE_FINAL(noFields().that().areStatic().should().notBeFinal());

  final ArchRule rule;

  Habits(ArchRule rule) {
    this.rule = rule;
  }

  private static DescribedPredicate<JavaAccess<?>> isAClock() {
    Map<String, Set<String>> clocks =
        Map.of(
            "java.lang.System", Set.of("currentTimeMillis"),
            "java.time.Instant", Set.of("now"),
            "java.time.LocalDateTime", Set.of("now"),
            "java.time.OffsetDateTime", Set.of("now"),
            "java.time.ZonedDateTime", Set.of("now"),
            "java.util.Date", Set.of("<init>"));
    return DescribedPredicate.describe(
        "ask a clock of the system",
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().isEmpty()
                && isOneOf(clocks, access));
  }

  private static DescribedPredicate<JavaAccess<?>> isASleep() {
    Map<String, Set<String>> sleeps =
        Map.of(
            "java.lang.Thread", Set.of("sleep"),
            "java.util.concurrent.TimeUnit", Set.of("sleep"),
            "java.util.concurrent.locks.LockSupport", Set.of("parkNanos", "parkUntil"));
    return DescribedPredicate.describe("sleep", access -> isOneOf(sleeps, access));
  }

  private static boolean isOneOf(Map<String, Set<String>> members, JavaAccess<?> access) {
    return members
        .getOrDefault(access.getTarget().getOwner().getName(), Set.of())
        .contains(access.getTarget().getName());
  }

  /** They ask the database, or the kernel, again and again: no condition of ours tells them. */
  private static DescribedPredicate<JavaClass> areNoPollers() {
    Set<String> pollers =
        Set.of("io.outbox4j.assembly.Outbox4j", "io.outbox4j.testkit.server.Signals");
    return DescribedPredicate.describe(
        "are not one of " + pollers, type -> !pollers.contains(type.getName()));
  }

  private static <T extends HasName.AndFullName> ArchCondition<T> haveATellingName() {
    Pattern vague =
        Pattern.compile("(^|[a-z0-9])(Manager|Helper|Utils?|Impl|Base|Processor)($|[A-Z0-9])");
    return new ArchCondition<>("have a telling name") {
      @Override
      public void check(T item, ConditionEvents events) {
        String name = item instanceof JavaClass type ? type.getSimpleName() : capitalized(item);
        if (vague.matcher(name).find()) {
          events.add(SimpleConditionEvent.violated(item, item.getFullName() + " says little"));
        }
      }
    };
  }

  private static String capitalized(HasName item) {
    String name = item.getName();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a @NullMarked package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
          String text = type.getName() + " lives in a package that is not @NullMarked";
          events.add(SimpleConditionEvent.violated(type, text));
        }
      }
    };
  }
}
