package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.embedded.fcm.Answer;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.embedded.fcm.FcmError;
import app.goalgpt.embedded.fcm.Script;
import app.goalgpt.messages.Push;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PushByHandTest {
  @Test
  void saysWhatFcmSaidOfEachDevice() {
    try (FakeFcmServer fcm = FakeFcmServer.start(10, Script.deadTokens())) {
      fcm.answer("watch", Answer.refuse(FcmError.UNAVAILABLE).retryAfter(Duration.ofHours(1)));
      Push push = NotifierFixture.push("phone", "dead-tablet", "watch");
      List<PushByHand.Answer> answers =
          PushByHand.send(FcmConfig.from(Settings.of(fcm.settings())), push, false);
      assertThat(answers)
          .extracting(PushByHand.Answer::said)
          .containsExactly("accepted", "UNREGISTERED", "UNAVAILABLE");
      assertThat(answers)
          .extracting(PushByHand.Answer::tokenId)
          .containsExactlyElementsOf(push.addresses().stream().map(Push.Address::tokenId).toList());
      assertThat(answers)
          .extracting(PushByHand.Answer::accepted)
          .containsExactly(true, false, false);
      assertThat(fcm.acceptedCount()).isEqualTo(1);
      assertThat(fcm.requestCount()).as("each device once").isEqualTo(3);
    }
  }

  @Test
  void aDryRunDeliversNothing() {
    try (FakeFcmServer fcm = FakeFcmServer.start(10, Script.accepting())) {
      List<PushByHand.Answer> answers =
          PushByHand.send(
              FcmConfig.from(Settings.of(fcm.settings())), NotifierFixture.push("phone"), true);
      assertThat(answers).singleElement().matches(PushByHand.Answer::accepted);
      assertThat(fcm.requestCount()).isEqualTo(1);
      assertThat(fcm.acceptedCount()).isZero();
    }
  }

  @Test
  void aMessageThatFcmWouldRefuseIsNotSent() {
    try (FakeFcmServer fcm = FakeFcmServer.start(10, Script.accepting())) {
      FcmConfig config = FcmConfig.from(Settings.of(fcm.settings()));
      Push push = NotifierFixture.titled(NotifierFixture.push("phone"), "x".repeat(5000));
      assertThatThrownBy(() -> PushByHand.send(config, push, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4096");
      assertThat(fcm.requestCount()).isZero();
    }
  }
}
