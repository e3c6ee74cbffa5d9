package io.outbox4j.testkit.server;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/**
 * Programs of servers by their Maven coordinates, from the local repository or downloaded into it.
 * A class path is resolved by itself, outside the build that runs the tests: the managed versions
 * of a build (Spring Boot's, for instance) must not rewrite the libraries of a broker.
 */
final class MavenArtifacts {

  private static final Map<List<String>, List<Path>> CLASS_PATHS = new ConcurrentHashMap<>();

  private MavenArtifacts() {}

  /**
   * The artifacts and all that they need at run time.
   *
   * @throws ServerException if one of them is neither in the local repository nor can be downloaded
   */
  static List<Path> classPath(String... coordinates) {
    return CLASS_PATHS.computeIfAbsent(List.of(coordinates), MavenArtifacts::resolve);
  }

  /**
   * One artifact without its dependencies.
   *
   * @throws ServerException if it is neither in the local repository nor can be downloaded
   */
  static Path file(String coordinates) {
    MavenSession maven = MavenSession.get();
    try {
      ArtifactRequest request =
          new ArtifactRequest(new DefaultArtifact(coordinates), maven.repositories(), null);
      return path(maven.system().resolveArtifact(maven.session(), request).getArtifact());
    } catch (ArtifactResolutionException e) {
      throw new ServerException("cannot get " + coordinates + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> resolve(List<String> coordinates) {
    MavenSession maven = MavenSession.get();
    List<Dependency> roots =
        coordinates.stream()
            .map(c -> new Dependency(new DefaultArtifact(c), JavaScopes.RUNTIME))
            .toList();
    CollectRequest collect = new CollectRequest(roots, List.of(), maven.repositories());
    DependencyRequest request =
        new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
    try {
      return maven
          .system()
          .resolveDependencies(maven.session(), request)
          .getArtifactResults()
          .stream()
          .map(ArtifactResult::getArtifact)
          .map(MavenArtifacts::path)
          .toList();
    } catch (DependencyResolutionException e) {
      throw new ServerException("cannot get " + coordinates + ": " + e.getMessage(), e);
    }
  }

  private static Path path(Artifact artifact) {
    File file = artifact.getFile();
    if (file == null) {
      throw new ServerException("cannot get " + artifact + ": it has no file");
    }
    return file.toPath();
  }
}
