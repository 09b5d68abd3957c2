package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ./goalgpt with a Maven and a Java that only say what they were asked. */
class ScriptTest {
  private static final Path SCRIPT = Path.of("../goalgpt").toAbsolutePath().normalize();

  @TempDir private Path temporary;

  @Test
  void buildsOnceAndRunsFromAnywhereInAPathWithSpaces() throws Exception {
    Path home = repository("with a space");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), home.resolve("goalgpt"));

    Said first = run(link, "demo", "--for", "60s");
    Said second = run(home.resolve("goalgpt"), "audit");

    assertThat(first.text()).contains("building", "java", "-cp " + home, "Goalgpt demo --for 60s");
    assertThat(second.text()).doesNotContain("building").contains("Goalgpt audit");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    Path home = repository("again");
    run(home.resolve("goalgpt"), "audit");
    Path source = home.resolve("standalone/src/main/java/New.java");
    Files.writeString(source, "class New {}");
    Files.setLastModifiedTime(
        source, java.nio.file.attribute.FileTime.from(java.time.Instant.now().plusSeconds(60)));

    assertThat(run(home.resolve("goalgpt"), "audit").text()).contains("building");
  }

  @Test
  void showsWhatMavenSaidWhenTheBuildFails() throws Exception {
    Path home = repository("broken");
    program("mvn", "echo COMPILATION ERROR; exit 1");

    Said said = run(home.resolve("goalgpt"), "demo");

    assertThat(said.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(said.text()).contains("COMPILATION ERROR", "the build failed");
  }

  private record Said(int status, String text) {}

  private Path repository(String name) throws IOException {
    Path home = Files.createDirectories(temporary.resolve(name)).toRealPath();
    Files.copy(SCRIPT, home.resolve("goalgpt"));
    executable(home.resolve("goalgpt"));
    Files.createDirectories(home.resolve("standalone/src/main/java"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.writeString(home.resolve("standalone/pom.xml"), "<project/>");
    program("mvn", "true");
    program("java", "echo java \"$@\"");
    return home;
  }

  private void program(String name, String does) throws IOException {
    Path file = Files.createDirectories(temporary.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/usr/bin/env bash\n" + does + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Set<PosixFilePermission> all = PosixFilePermissions.fromString("rwxr-xr-x");
    Files.setPosixFilePermissions(file, all);
  }

  private Said run(Path script, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(script.toString());
    builder.command().addAll(java.util.List.of(arguments));
    builder.directory(temporary.toFile()).redirectErrorStream(true);
    builder.environment().remove("JAVA_HOME");
    builder.environment().merge("PATH", "", (path, none) -> temporary.resolve("bin") + ":" + path);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }
}
