package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The happy path, through the real broker and the real client over TLS. */
class NotifierTest {
  private static EmbeddedKafka kafka;
  private NotifierFixture fixture;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.temporary();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void open() {
    fixture = new NotifierFixture(kafka);
  }

  @AfterEach
  void close() {
    fixture.assertNothingFatal();
    fixture.close();
  }

  @Test
  void aPushToNobodyIsDoneWithAndTheRestGoesOn() {
    fixture.start();
    fixture.send(NotifierFixture.push());
    Push push = NotifierFixture.push("phone");
    fixture.send(push);

    fixture.deliveryOf(push);
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.committed() == 2);
    assertThat(fixture.fcm.requestCount()).isEqualTo(1);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void sendsAPushToEveryDeviceAndReportsIt() {
    fixture.start();
    Push push = NotifierFixture.push("android", "iphone");

    fixture.send(push);

    Delivery delivery = fixture.deliveryOf(push);
    assertThat(delivery.customerId()).isEqualTo(push.customerId());
    assertThat(delivery.lane()).isEqualTo(Push.Lane.REWARD);
    assertThat(delivery.results())
        .extracting(Delivery.Result::tokenId)
        .containsExactlyElementsOf(push.addresses().stream().map(Push.Address::tokenId).toList());
    assertThat(delivery.results())
        .allSatisfy(
            result -> {
              assertThat(result.outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
              assertThat(result.attempts()).isEqualTo(1);
              assertThat(result.tokenHash()).isNull();
            });
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::token)
        .containsExactlyInAnyOrder("android", "iphone");
    assertThat(fixture.count("goalgpt.notifier.accepted", "lane", "REWARD")).isEqualTo(2);
    assertThat(
            fixture
                .registry
                .get("goalgpt.notifier.commit.to.accepted")
                .tag("lane", "REWARD")
                .timer()
                .count())
        .isEqualTo(2);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .untilAsserted(() -> assertThat(fixture.committed()).isEqualTo(1));
  }

  @Test
  void saysToAndroidAndAppleWhatTheSeedsSay() {
    fixture.start();
    Push push = NotifierFixture.push("phone");

    fixture.send(push);
    fixture.deliveryOf(push);

    JsonNode message = fixture.fcm.accepted().get(0).message();
    assertThat(message.at("/notification/title").asText()).isEqualTo("Yeni Rozet! 🎖️");
    assertThat(message.at("/notification/body").asText()).isEqualTo("Yorumcu rozetini kazandın!");
    assertThat(message.at("/notification/image").asText())
        .isEqualTo("https://cdn.example/icon.png");
    assertThat(message.at("/data/type").asText()).isEqualTo("badge_unlock");
    assertThat(message.at("/data/deepLink").asText()).isEqualTo("goalgpt://badges");
    assertThat(message.at("/android/priority").asText()).isEqualToIgnoringCase("high");
    assertThat(message.at("/android/collapse_key").asText()).isEqualTo(push.id().toString());
    assertThat(message.at("/android/notification/sound").asText()).isEqualTo("default");
    assertThat(message.at("/android/notification/channel_id").asText()).isEqualTo("default");
    assertThat(message.at("/android/ttl").asText()).matches("35\\d\\d\\.\\d+s");
    assertThat(message.at("/apns/headers/apns-collapse-id").asText())
        .isEqualTo(push.id().toString());
    assertThat(message.at("/apns/payload/aps/sound").asText()).isEqualTo("default");
    assertThat(message.at("/apns/payload/aps/badge").asInt()).isEqualTo(1);
  }

  @Test
  void sendsManyAndEachOnce() {
    fixture.start();
    Push[] pushes = NotifierFixture.pushes(1200, "phone-").toArray(Push[]::new);

    fixture.send(pushes);

    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.deliveries().size() == pushes.length);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::token)
        .hasSize(pushes.length)
        .doesNotHaveDuplicates();
    await()
        .atMost(NotifierFixture.PATIENCE)
        .untilAsserted(() -> assertThat(fixture.committed()).isEqualTo(pushes.length));
  }
}
