package io.outbox4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/** Which package may import which, below a root: the real one, or that of the fixture. */
record PackagePlan(String root) {

  /** They meet in the assembly only. */
  private static final List<String> PARTS =
      List.of("publish", "send", "consume", "operate", "job", "jdbc");

  ArchRule apiImportsNothingOfOurs() {
    return noClasses()
        .that()
        .resideInAPackage(root)
        .should()
        .dependOnClassesThat(ofOursOutside(root))
        .because("an application reads the API without knowing the engine");
  }

  ArchRule spiImportsTheApiOnly() {
    return noClasses()
        .that()
        .resideInAPackage(root + ".spi..")
        .should()
        .dependOnClassesThat(ofOursOutside(root, root + ".spi.."))
        .because("an implementor needs the API and nothing else");
  }

  Stream<ArchRule> partsDoNotSeeEachOther() {
    return PARTS.stream()
        .map(part -> root + "." + part + "..")
        .map(
            part ->
                noClasses()
                    .that()
                    .resideInAPackage(part)
                    .should()
                    .dependOnClassesThat(ofOursOutside(root, root + ".spi..", part))
                    .because("parts meet in " + root + ".assembly only"));
  }

  ArchRule noOtherPackages() {
    String[] known =
        Stream.concat(Stream.of("spi", "assembly"), PARTS.stream())
            .map(name -> root + "." + name + "..")
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(root + ".*..")
        .should()
        .resideInAnyPackage(known)
        .because("a new package needs a line in the plan");
  }

  private DescribedPredicate<JavaClass> ofOursOutside(String... allowed) {
    return describe(
        "are ours, outside of " + String.join(", ", allowed),
        resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))));
  }
}
