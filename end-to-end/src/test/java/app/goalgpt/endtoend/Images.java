package app.goalgpt.endtoend;

import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * What the tests' servers are made of with Maven's profile {@code containers}, which sets these
 * system properties.
 */
record Images(String postgres, String kafka) {
  /**
   * The images to use; none without the profile.
   *
   * @throws IllegalStateException when they are to be used and no Docker engine answers
   */
  static Optional<Images> asked() {
    if (!Boolean.getBoolean("containers")) {
      return Optional.empty();
    }
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "-Pcontainers needs a Docker engine, and none answers (DOCKER_HOST, else"
              + " /var/run/docker.sock). Without that profile Postgres and Kafka are embedded.");
    }
    return Optional.of(
        new Images(
            System.getProperty("containers.postgres"), System.getProperty("containers.kafka")));
  }

  /** As arguments of a command line. */
  List<String> arguments() {
    return List.of(postgres, kafka);
  }
}
