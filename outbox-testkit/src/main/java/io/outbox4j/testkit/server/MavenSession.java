package io.outbox4j.testkit.server;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.model.building.DefaultModelProcessor;
import org.apache.maven.model.io.DefaultModelReader;
import org.apache.maven.model.locator.DefaultModelLocator;
import org.apache.maven.model.superpom.DefaultSuperPomProvider;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.jspecify.annotations.Nullable;

/**
 * Maven's repositories as the user's Maven sees them: local repository, mirrors, proxies,
 * credentials and offline mode of the settings file; without mirrors the central repository as
 * Maven's own super POM names it.
 *
 * <p>System properties: {@code maven.repo.local} (Surefire hands it on), {@code
 * outbox.testkit.maven.settings} (default {@code ~/.m2/settings.xml}), {@code
 * outbox.testkit.maven.offline} (default false).
 */
record MavenSession(
    RepositorySystem system, RepositorySystemSession session, List<RemoteRepository> repositories) {

  static MavenSession get() {
    return Holder.SESSION;
  }

  private static final class Holder {
    static final MavenSession SESSION = create();
  }

  private static MavenSession create() {
    Path home = Path.of(System.getProperty("user.home"), ".m2");
    Settings settings = settings(home.resolve("settings.xml"));
    RepositorySystem system = new RepositorySystemSupplier().get();
    DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
    // Profiles in the POMs of a server's libraries are activated by the properties of the running
    // Java.
    session.setSystemProperties(System.getProperties());
    session.setOffline(settings.isOffline() || Boolean.getBoolean("outbox.testkit.maven.offline"));
    String local =
        firstOf(
            System.getProperty("maven.repo.local"),
            System.getProperty("localRepository"),
            settings.getLocalRepository(),
            home.resolve("repository").toString());
    session.setLocalRepositoryManager(
        system.newLocalRepositoryManager(session, new LocalRepository(local)));
    session.setMirrorSelector(mirrors(settings));
    session.setProxySelector(proxies(settings));
    session.setAuthenticationSelector(credentials(settings));
    return new MavenSession(system, session, system.newResolutionRepositories(session, central()));
  }

  private static Settings settings(Path standard) {
    File file = new File(System.getProperty("outbox.testkit.maven.settings", standard.toString()));
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    request.setUserSettingsFile(file);
    request.setSystemProperties(System.getProperties());
    try {
      return new DefaultSettingsBuilderFactory()
          .newInstance()
          .build(request)
          .getEffectiveSettings();
    } catch (SettingsBuildingException e) {
      throw new ServerException("cannot read Maven's settings " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<RemoteRepository> central() {
    DefaultSuperPomProvider superPom =
        new DefaultSuperPomProvider()
            .setModelProcessor(
                new DefaultModelProcessor()
                    .setModelLocator(new DefaultModelLocator())
                    .setModelReader(new DefaultModelReader()));
    return superPom.getSuperModel("4.0.0").getRepositories().stream()
        .map(r -> new RemoteRepository.Builder(r.getId(), "default", r.getUrl()).build())
        .toList();
  }

  private static DefaultMirrorSelector mirrors(Settings settings) {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    settings
        .getMirrors()
        .forEach(
            m ->
                selector.add(
                    m.getId(),
                    m.getUrl(),
                    m.getLayout(),
                    false,
                    m.isBlocked(),
                    m.getMirrorOf(),
                    m.getMirrorOfLayouts()));
    return selector;
  }

  private static DefaultProxySelector proxies(Settings settings) {
    DefaultProxySelector selector = new DefaultProxySelector();
    settings.getProxies().stream()
        .filter(Proxy::isActive)
        .forEach(
            p ->
                selector.add(
                    new org.eclipse.aether.repository.Proxy(
                        p.getProtocol(),
                        p.getHost(),
                        p.getPort(),
                        new AuthenticationBuilder()
                            .addUsername(p.getUsername())
                            .addPassword(p.getPassword())
                            .build()),
                    p.getNonProxyHosts()));
    return selector;
  }

  private static DefaultAuthenticationSelector credentials(Settings settings) {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    settings
        .getServers()
        .forEach(
            s ->
                selector.add(
                    s.getId(),
                    new AuthenticationBuilder()
                        .addUsername(s.getUsername())
                        .addPassword(s.getPassword())
                        .build()));
    return selector;
  }

  private static String firstOf(@Nullable String... values) {
    for (String value : values) {
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    throw new IllegalArgumentException("no value");
  }
}
