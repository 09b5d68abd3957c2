package app.goalgpt.standalone;

import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.embedded.fcm.Script;
import app.goalgpt.standalone.platform.MonitoringConfig;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "fake-fcm",
    description =
        "A server that speaks FCM's protocol and delivers nothing, to try things out with.",
    footer = {
      "",
      "A notifier uses it with FCM_ENDPOINT=https://HOST:PORT and FCM_TRUST_CERTIFICATE=FILE."
    },
    mixinStandardHelpOptions = true)
final class FakeFcmCommand implements Callable<Integer> {
  private static final int KEPT = 1;
  private final StopSignal stop;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8443",
      description = "Where (default ${DEFAULT-VALUE}).")
  private String listen;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      required = true,
      description = "Where to write the certificate that its clients must trust.")
  private Path certificate;

  FakeFcmCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    InetSocketAddress address = MonitoringConfig.address("--listen", listen);
    try (FakeFcmServer fcm = FakeFcmServer.start(address, KEPT, Script.deadTokens())) {
      Files.copy(fcm.certificateFile(), certificate, StandardCopyOption.REPLACE_EXISTING);
      certificate.toFile().setReadable(true, false);
      LoggerFactory.getLogger(FakeFcmCommand.class)
          .info("speaks FCM's protocol at {}, certificate in {}", listen, certificate);
      stop.await();
    }
    return ExitStatus.OK;
  }
}
