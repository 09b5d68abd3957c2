package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.settings.Settings;
import app.goalgpt.topology.TopologyConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopologyDescriptionTest {

  /**
   * A difference here is a change of what is deployed: names of stores and topics hold state. See
   * docs/topology.md before the file is replaced.
   */
  @Test
  void theTopologyIsTheOneInTheFile() throws IOException {
    String description =
        RewardsTopology.of(
                TopologyConfig.from(Settings.of(Map.of())),
                partition -> AnnouncementHistory.Tail.EMPTY,
                new SimpleMeterRegistry())
            .describe()
            .toString();

    try (InputStream kept = getClass().getResourceAsStream("/topology.txt")) {
      assertThat(description.strip())
          .isEqualTo(new String(kept.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }
}
