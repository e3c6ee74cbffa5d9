package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.docs.Page.CodeBlock;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What the pages say about dependencies, against outbox-bom as it is published: the flattened one.
 */
class BomTest {

  private final List<Element> managed =
      elements(read("outbox-bom/.flattened-pom.xml"), "dependency");

  @Test
  void versionsAreThere() {
    assertThat(managed)
        .isNotEmpty()
        .extracting(dependency -> text(dependency, "version"))
        .allMatch(version -> version.equals("${project.version}") || !version.contains("$"));
  }

  @Test
  void dependenciesWithoutVersionAreManaged() {
    List<String> shown =
        List.of("README.md", "docs/how-to/rocketmq.md").stream()
            .flatMap(page -> Page.at(page).code().stream())
            .filter(block -> block.language().equals("xml"))
            .map(CodeBlock::text)
            .flatMap(xml -> elements(parse("<all>" + xml + "</all>"), "dependency").stream())
            .filter(dependency -> text(dependency, "version").isEmpty())
            .map(BomTest::name)
            .toList();

    assertThat(shown).contains("org.apache.rocketmq:rocketmq-spring-boot");
    assertThat(managed).extracting(BomTest::name).containsAll(shown);
  }

  @Test
  void rocketmqSpringComesWithoutItsOwnClient() {
    assertThat(exclusions(rocketmqSpring(managed)))
        .containsExactly("org.apache.rocketmq:rocketmq-client", "org.apache.rocketmq:rocketmq-acl");
  }

  /** The tests and examples run with what applications get. */
  @Test
  void rocketmqSpringIsTheOneOfOurBuild() {
    Element parent = read("pom.xml");
    Element ours = rocketmqSpring(elements(parent, "dependency"));

    assertThat(text(ours, "version")).isEqualTo("${rocketmq-spring.version}");
    assertThat(text(rocketmqSpring(managed), "version"))
        .isEqualTo(text(parent, "rocketmq-spring.version"));
    assertThat(exclusions(rocketmqSpring(managed))).isEqualTo(exclusions(ours));
  }

  private static Element rocketmqSpring(List<Element> dependencies) {
    return dependencies.stream()
        .filter(one -> text(one, "artifactId").equals("rocketmq-spring-boot"))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> exclusions(Element dependency) {
    return elements(dependency, "exclusion").stream().map(BomTest::name).toList();
  }

  private static String name(Element artifact) {
    return text(artifact, "groupId") + ":" + text(artifact, "artifactId");
  }

  private static Element read(String pom) {
    return parse(String.join("\n", Page.lines(Page.root().resolve(pom))));
  }

  private static Element parse(String xml) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml)))
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Element> elements(Element of, String tag) {
    NodeList found = of.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  /** The first one's, or empty. */
  private static String text(Element of, String tag) {
    return elements(of, tag).stream().findFirst().map(Element::getTextContent).orElse("");
  }
}
