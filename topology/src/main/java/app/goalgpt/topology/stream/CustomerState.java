package app.goalgpt.topology.stream;

import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.customer.Customer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;

/**
 * Where the customers' state lies and what its bytes mean, for tools that write or read it while no
 * instance is at work. The key is the customer's id.
 */
public final class CustomerState {
  private CustomerState() {}

  /**
   * The topic from which an instance without local state restores it: one partition per partition
   * of the customers' topics.
   */
  public static String changelog(TopologyConfig config) {
    return "%s-%s-changelog".formatted(RewardsApp.applicationId(config), Nodes.CUSTOMERS_STORE);
  }

  /** The RocksDB folders of the tasks that worked here, one per partition. */
  public static List<Path> stores(TopologyConfig config) throws IOException {
    Path application = config.stateDir().resolve(RewardsApp.applicationId(config));
    try (Stream<Path> tasks = Files.list(application)) {
      return tasks
          .map(task -> task.resolve("rocksdb").resolve(Nodes.CUSTOMERS_STORE))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  public static Serde<UUID> keys() {
    return UuidSerde.bytes();
  }

  public static Serde<Customer> values() {
    return new CustomerSerde();
  }
}
