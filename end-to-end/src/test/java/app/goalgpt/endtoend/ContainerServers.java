package app.goalgpt.endtoend;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** By Testcontainers. Their ports outlive a restart. */
final class ContainerServers implements Servers {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int STOP = 30; // seconds

  private final DockerClient docker = DockerClientFactory.instance().client();
  private final PostgreSQLContainer postgres;
  private final KafkaContainer kafka;

  ContainerServers(Images images) {
    postgres =
        new PostgreSQLContainer(
                DockerImageName.parse(images.postgres()).asCompatibleSubstituteFor("postgres"))
            .withDatabaseName("app")
            .withCommand("postgres", "-c", "wal_level=logical");
    keepPort(postgres, PostgreSQLContainer.POSTGRESQL_PORT);
    kafka =
        new KafkaContainer(
                DockerImageName.parse(images.kafka()).asCompatibleSubstituteFor("apache/kafka"))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    keepPort(kafka, 9092);
    postgres.start();
    kafka.start();
  }

  /** The engine would choose another one at each start. */
  private static void keepPort(GenericContainer<?> container, int port) {
    try (ServerSocket free = new ServerSocket(0)) {
      container.setPortBindings(List.of("127.0.0.1:%d:%d".formatted(free.getLocalPort(), port)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> settings() {
    String url =
        "postgres://%s:%s@%s:%d/%s"
            .formatted(
                postgres.getUsername(),
                postgres.getPassword(),
                postgres.getHost(),
                postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                postgres.getDatabaseName());
    return Map.of("DATABASE_URL", url, "KAFKA_BOOTSTRAP_SERVERS", kafka.getBootstrapServers());
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword());
  }

  @Override
  public void restartKafka() {
    docker.restartContainerCmd(kafka.getContainerId()).withTimeout(STOP).exec();
    await().atMost(PATIENCE).ignoreExceptions().until(this::brokerAnswers);
  }

  private boolean brokerAnswers() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.getBootstrapServers()))) {
      return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
    }
  }

  @Override
  public void stopPostgres() {
    docker.stopContainerCmd(postgres.getContainerId()).withTimeout(STOP).exec();
  }

  @Override
  public void startPostgres() {
    docker.startContainerCmd(postgres.getContainerId()).exec();
    await().atMost(PATIENCE).ignoreExceptions().until(this::postgresAnswers);
  }

  private boolean postgresAnswers() throws SQLException {
    try (Connection connection = connect()) {
      return connection.isValid(5);
    }
  }

  @Override
  public void close() {
    kafka.stop();
    postgres.stop();
  }
}
