package app.goalgpt.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mapper says what is right. */
class PushJsonTest {
  private static final Push PUSH =
      new Push(
          UUID.randomUUID(),
          UUID.randomUUID(),
          "Yeni Rozet! 🎖️ \"\\\n",
          "Yorumcu rozetini kazandın!",
          Map.of("type", "badge_unlock", "variant", "A"),
          "goalgpt://badges",
          null,
          Push.Lane.REWARD,
          List.of(
              new Push.RegistrationToken(UUID.randomUUID(), "token:1"),
              new Push.InstallationId(UUID.randomUUID(), "fid-2")),
          Instant.parse("2026-11-22T09:34:41.123456Z"),
          Instant.parse("2026-11-22T10:34:41Z"),
          null);

  @Test
  void readsWhatIsWritten() {
    byte[] json = Json.write(PUSH);
    assertThat(PushJson.read(json)).isEqualTo(PUSH).isEqualTo(Json.read(json, Push.class));
  }

  /** Replaces the first by the second in what is written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"title\" | \"unknown\":{\"a\":[1,{}]},\"title\"",
        "\"title\" | \"imageUrl\":null,\"title\"",
        "\"title\" | \"lists\":[],\"title\"",
        "\"REWARD\" | \"LOUD\"",
        "\"REWARD\" | 1",
        "\"deadline\" | \"deadlin\"",
        "2026-11-22T10:34:41Z | 2026-11-22T13:34:41+03:00",
        "2026-11-22T10:34:41Z | tomorrow",
        "\"addresses\" | \"adresses\"",
        "\"data\" | \"dat\"",
        "\"token\": | \"tokn\":",
        "\"token:1\" | null",
        "\"fid\": | \"token\":\"t\",\"fid\":",
        "\"badge_unlock\" | 5",
        "\"badge_unlock\" | null",
        "\"badge_unlock\" | {}",
        "{\"id\" | {{\"id\"",
        "{\"id\" | [{\"id\"",
        "goalgpt://badges\" | goalgpt://badges",
      })
  void readsAndRefusesWhatTheMapperDoes(String part, String instead) {
    String json = new String(Json.write(PUSH), StandardCharsets.UTF_8);
    assertThat(json).contains(part);
    byte[] bytes = json.replace(part, instead).getBytes(StandardCharsets.UTF_8);
    Push expected;
    try {
      expected = Json.read(bytes, Push.class);
    } catch (MalformedMessageException e) {
      assertThatThrownBy(() -> PushJson.read(bytes))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessage(e.getMessage());
      return;
    }
    assertThat(PushJson.read(bytes)).isEqualTo(expected);
  }

  @Test
  void readsOtherSpellingsOfIdsAsTheMapperDoes() {
    String json =
        new String(Json.write(PUSH), StandardCharsets.UTF_8)
            .replace(PUSH.id().toString(), PUSH.id().toString().toUpperCase(java.util.Locale.ROOT));
    assertThat(PushJson.read(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(PUSH);
    String bad = json.replace(PUSH.customerId().toString(), "1-1-1-1-1");
    assertThatThrownBy(() -> PushJson.read(bad.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> PushJson.read(null)).isInstanceOf(MalformedMessageException.class);
  }
}
