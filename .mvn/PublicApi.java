import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares a module's public and protected members with its committed {@code api.txt}, so that no
 * change of the API goes unseen. The build runs this file as a program: {@code java PublicApi.java
 * classes api.txt packages update}, where packages is a comma-separated list or {@code *}.
 */
public final class PublicApi {

  private static final Pattern HEADER =
      Pattern.compile("^public .*?\\b(?:class|interface) ([\\w.$]+)");

  public static void main(String[] arguments) throws IOException {
    Path classes = Path.of(arguments[0]);
    Path committed = Path.of(arguments[1]);
    Set<String> packages = Set.of(arguments[2].split(","));
    String actual = Files.isDirectory(classes) ? dump(classes, packages) : "";

    if (Boolean.parseBoolean(arguments[3])) {
      Files.writeString(committed, actual);
      return;
    }
    String expected = Files.exists(committed) ? Files.readString(committed) : "";
    if (!actual.equals(expected)) {
      System.err.println("The public API is not the one that " + committed + " says:");
      differences(expected, actual).forEach(System.err::println);
      System.err.println("If this is meant, run the same build with -Dapi.update=true,");
      System.err.println("look at the difference and commit it together with the change.");
      System.exit(1);
    }
  }

  private static String dump(Path classes, Set<String> packages) throws IOException {
    List<String> files;
    try (Stream<Path> tree = Files.walk(classes)) {
      files =
          tree.filter(file -> isApi(classes.relativize(file), packages))
              .map(Path::toString)
              .collect(Collectors.toCollection(ArrayList::new));
    }
    if (files.isEmpty()) {
      return "";
    }
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    files.addAll(0, List.of("-protected", "-constants"));
    int code =
        ToolProvider.findFirst("javap")
            .orElseThrow(() -> new IllegalStateException("javap is missing: a JDK is needed"))
            .run(writer, writer, files.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException("javap failed: " + out);
    }
    return render(out.toString());
  }

  private static boolean isApi(Path file, Set<String> packages) {
    if (!file.toString().endsWith(".class") || file.endsWith("package-info.class")) {
      return false;
    }
    Path folder = file.getParent();
    String name =
        folder == null ? "" : folder.toString().replace(file.getFileSystem().getSeparator(), ".");
    return packages.contains("*") || packages.contains(name);
  }

  /** Types by name and members by text, whatever their order in the source. */
  private static String render(String javap) {
    Map<String, String> types = new TreeMap<>();
    for (String block : javap.split("(?m)^}\\R?")) {
      List<String> lines = block.lines().filter(line -> !line.startsWith("Compiled from")).toList();
      // Older and newer javap differ in whether they print these words.
      String header = lines.get(0).replaceAll("\\b(non-sealed|sealed|strictfp) ", "");
      Matcher matcher = HEADER.matcher(header);
      if (matcher.find()) {
        String members =
            lines.stream().skip(1).sorted().map(l -> l + "\n").collect(Collectors.joining());
        types.put(
            matcher.group(1), header.replaceAll(" permits .*\\{", " {") + "\n" + members + "}\n");
      }
    }
    for (String name : List.copyOf(types.keySet())) {
      if (hiddenByItsOuter(name, types.keySet())) {
        types.remove(name);
      }
    }
    return String.join("\n", types.values());
  }

  private static boolean hiddenByItsOuter(String name, Set<String> types) {
    int dollar = name.lastIndexOf('$');
    return dollar > 0 && !types.contains(name.substring(0, dollar));
  }

  private static List<String> differences(String expected, String actual) {
    List<String> gone = new ArrayList<>(expected.lines().toList());
    List<String> come = new ArrayList<>();
    actual.lines().filter(line -> !gone.remove(line)).forEach(come::add);
    Stream<String> minus = gone.stream().map(line -> "- " + line);
    return Stream.concat(minus, come.stream().map(line -> "+ " + line)).toList();
  }

  private PublicApi() {}
}
