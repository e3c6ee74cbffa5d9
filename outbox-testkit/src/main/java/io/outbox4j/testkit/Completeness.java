package io.outbox4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Finds implementations that no contract looks after, so that a module's build can fail on them.
 *
 * <p>The contract of {@code Some} is a test class called {@code SomeIT} or {@code SomeTest}, with
 * any word in between ({@code SomeOnPostgresIT}), that extends the contract class.
 */
public final class Completeness {

  private final Path classes;
  private final Path testClasses;
  private final ClassLoader loader;

  private Completeness(Path classes, Path testClasses, ClassLoader loader) {
    this.classes = classes;
    this.testClasses = testClasses;
    this.loader = loader;
  }

  /**
   * Looks at one module.
   *
   * @param any any class of its main code
   * @param anyTest any class of its tests
   */
  public static Completeness of(Class<?> any, Class<?> anyTest) {
    return new Completeness(folder(any), folder(anyTest), anyTest.getClassLoader());
  }

  /** The concrete classes of the module that implement an interface. */
  public List<Class<?>> implementations(Class<?> spi) {
    return concrete(classes, spi);
  }

  /** Those of them that have no subclass of the contract. */
  public List<Class<?>> untested(Class<?> spi, Class<?> contract) {
    List<Class<?>> tests = concrete(testClasses, contract);
    return implementations(spi).stream()
        .filter(type -> tests.stream().noneMatch(test -> isTestOf(test, type)))
        .toList();
  }

  private static boolean isTestOf(Class<?> test, Class<?> type) {
    String name = test.getSimpleName().toLowerCase(Locale.ROOT);
    return name.startsWith(type.getSimpleName().toLowerCase(Locale.ROOT))
        && (name.endsWith("it") || name.endsWith("test"));
  }

  private List<Class<?>> concrete(Path folder, Class<?> wanted) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(folder::relativize)
          .map(Path::toString)
          .filter(file -> !file.endsWith("-info.class"))
          .<Class<?>>map(this::load)
          .filter(wanted::isAssignableFrom)
          .filter(type -> !Modifier.isAbstract(type.getModifiers()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Class<?> load(String file) {
    String name =
        file.substring(0, file.length() - ".class".length()).replace('/', '.').replace('\\', '.');
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name + " can't be loaded", e);
    }
  }

  private static Path folder(Class<?> any) {
    CodeSource source = any.getProtectionDomain().getCodeSource();
    try {
      Path folder = Path.of(source.getLocation().toURI());
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException(
            any.getName() + " is not in a folder of classes but in " + folder.getFileName());
      }
      return folder;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
