package app.goalgpt.standalone;

import app.goalgpt.connectors.device.Devices;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Push;
import app.goalgpt.notifier.FcmConfig;
import app.goalgpt.notifier.PushByHand;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.demo.Terminal;
import app.goalgpt.standalone.platform.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "push",
    description = "Sends one push to a customer's devices and prints what FCM said of each.",
    footer = {
      "",
      "The devices are those of the database that DATABASE_URL names. It goes to FCM at once, past"
          + " the notifier and its queues: once to each device, and no token is switched off.",
      "Exit status 3 when FCM took it for no device."
    },
    mixinStandardHelpOptions = true)
final class PushCommand implements Callable<Integer> {
  private static final Duration LIFETIME = Duration.ofHours(1);

  private final Map<String, String> environment;

  @Parameters(paramLabel = "CUSTOMER", description = "The customer's id, a uuid.")
  private String customer;

  @Option(names = "--title", required = true, description = "Shown in bold.")
  private String title;

  @Option(names = "--body", required = true, description = "Shown below the title.")
  private String body;

  @Option(names = "--link", description = "Where a tap leads, such as goalgpt://badges.")
  private String link;

  @Option(
      names = "--dry-run",
      description = "FCM looks at it and delivers nothing (its validate_only).")
  private boolean dryRun;

  PushCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws SQLException {
    Settings settings = Settings.of(environment);
    FcmConfig fcm = FcmConfig.from(settings);
    Push push = push(customerId(), devices(settings));
    Terminal terminal = Terminal.standardOutput(environment);
    List<PushByHand.Answer> answers = PushByHand.send(fcm, push, dryRun);
    answers.forEach(answer -> terminal.line(line(answer)));
    return answers.stream().anyMatch(PushByHand.Answer::accepted)
        ? ExitStatus.OK
        : ExitStatus.REFUSED;
  }

  private UUID customerId() {
    return Arguments.uuid("CUSTOMER", customer, "a customer's id, a uuid");
  }

  private List<Push.Address> devices(Settings settings) throws SQLException {
    DatabaseConfig database = DatabaseConfig.from(settings);
    UUID id = customerId();
    Devices devices;
    try (Connection connection = Databases.of(database).getConnection()) {
      devices =
          Devices.of(connection, AppTables.from(settings), id)
              .orElseThrow(() -> new IllegalStateException("there is no customer " + id));
    }
    if (!devices.mayBeTold() && !dryRun) {
      throw new IllegalStateException(
          "customer %s is deleted or has pushes switched off; --dry-run asks FCM all the same"
              .formatted(id));
    }
    if (devices.addresses().isEmpty()) {
      throw new IllegalStateException("customer %s has no active device".formatted(id));
    }
    return devices.addresses();
  }

  private Push push(UUID customerId, List<Push.Address> addresses) {
    Instant now = Instant.now();
    return new Push(
        UUID.randomUUID(),
        customerId,
        title,
        body,
        Map.of("type", "manual"),
        link,
        null,
        Push.Lane.REWARD,
        addresses,
        now,
        now.plus(LIFETIME),
        null);
  }

  private String line(PushByHand.Answer answer) {
    String said = answer.accepted() && dryRun ? "accepted (dry run, not delivered)" : answer.said();
    return "device %s: %s%s"
        .formatted(
            answer.tokenId(), said, answer.meaning().isEmpty() ? "" : "; " + answer.meaning());
  }
}
