package io.outbox4j.architecture;

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

/** Habits that hold in every package below a root. */
record Habits(String root) {

  private static final Pattern VAGUE =
      Pattern.compile("(^|[a-z0-9])(Manager|Helper|Utils?|Impl|Base|Processor)($|[A-Z0-9])");

  private static final Map<String, Set<String>> CLOCKS =
      Map.of(
          "java.lang.System", Set.of("currentTimeMillis"),
          "java.time.Instant", Set.of("now"),
          "java.time.LocalDateTime", Set.of("now"),
          "java.time.OffsetDateTime", Set.of("now"),
          "java.time.ZonedDateTime", Set.of("now"),
          "java.util.Date", Set.of("<init>"));

  private static final Map<String, Set<String>> SLEEPS =
      Map.of(
          "java.lang.Thread", Set.of("sleep"),
          "java.util.concurrent.TimeUnit", Set.of("sleep"),
          "java.util.concurrent.locks.LockSupport", Set.of("parkNanos", "parkUntil"));

  ArchRule typesHaveTellingNames() {
    return classes().that().resideInAPackage(root + "..").should(haveATellingName());
  }

  /** A field may be named after a foreign type, as in {@code transactionManager}. */
  ArchRule fieldsHaveTellingNames() {
    return fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(root + "..")
        .and()
        .haveRawType(JavaClass.Predicates.resideInAPackage(root + ".."))
        .should(haveATellingName());
  }

  ArchRule packagesAreNullMarked() {
    return classes().that().resideInAPackage(root + "..").should(liveInANullMarkedPackage());
  }

  /** The assembly picks the clock that everyone else is given. */
  ArchRule nobodyAsksTheSystemForTheTime() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(root + ".assembly..")
        .should()
        .accessTargetWhere(isAClock())
        .because("time comes from an injected clock or from the database");
  }

  /** But for the one that asks the database again and again: no condition of ours tells it. */
  ArchRule nobodySleeps() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .doNotHaveFullyQualifiedName(root + ".assembly.Outbox4j")
        .should()
        .accessTargetWhere(isASleep())
        .because("whoever waits, waits for a condition");
  }

  ArchRule staticFieldsAreFinal() {
    return noFields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(root + "..")
        .and()
        .areStatic()
        .should()
        .notBeFinal();
  }

  private static DescribedPredicate<JavaAccess<?>> isAClock() {
    return DescribedPredicate.describe(
        "ask a clock of the system",
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().isEmpty()
                && CLOCKS
                    .getOrDefault(target.getOwner().getName(), Set.of())
                    .contains(target.getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> isASleep() {
    return DescribedPredicate.describe(
        "sleep",
        access ->
            SLEEPS
                .getOrDefault(access.getTarget().getOwner().getName(), Set.of())
                .contains(access.getTarget().getName()));
  }

  private static <T extends HasName.AndFullName> ArchCondition<T> haveATellingName() {
    return new ArchCondition<>("have a telling name") {
      @Override
      public void check(T item, ConditionEvents events) {
        String name = item instanceof JavaClass type ? type.getSimpleName() : capitalized(item);
        if (VAGUE.matcher(name).find()) {
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
