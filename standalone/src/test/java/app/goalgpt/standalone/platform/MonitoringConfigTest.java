package app.goalgpt.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonitoringConfigTest {
  @Test
  void listensOnLoopbackUnlessToldOtherwise() {
    assertThat(MonitoringConfig.from(Settings.of(Map.of())).address().orElseThrow())
        .satisfies(address -> assertThat(address.getAddress().isLoopbackAddress()).isTrue())
        .satisfies(address -> assertThat(address.getPort()).isZero());
    assertThat(config("off").address()).isEmpty();
    assertThat(config("[::1]:9464").address().orElseThrow().getPort()).isEqualTo(9464);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9464", "127.0.0.1", "127.0.0.1:65536", "http://127.0.0.1:1", "a b:1"})
  void anythingElseIsNamed(String address) {
    assertThatThrownBy(() -> config(address))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("METRICS_ADDRESS=" + address, "allowed is", "or off");
  }

  @Test
  void aPortThatIsTakenRefusesTheStartAndSaysWhich() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() -> Monitoring.start(config("127.0.0.1:" + taken.getLocalPort())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              "cannot listen on 127.0.0.1:" + taken.getLocalPort(), "METRICS_ADDRESS");
    }
  }

  private static MonitoringConfig config(String address) {
    return MonitoringConfig.from(Settings.of(Map.of("METRICS_ADDRESS", address)));
  }
}
