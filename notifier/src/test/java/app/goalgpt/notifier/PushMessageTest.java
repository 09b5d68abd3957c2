package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Push;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushMessageTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final UUID ID = UUID.fromString("3f0c8d3e-1f2a-4b5c-8d7e-9f0a1b2c3d4e");

  private static Push push(String title, Map<String, String> data, String deepLink) {
    return new Push(
        ID,
        UUID.randomUUID(),
        title,
        "b",
        data,
        deepLink,
        null,
        Push.Lane.REWARD,
        List.of(new Push.RegistrationToken(UUID.randomUUID(), "t:1")),
        NOW,
        NOW.plusMillis(90_005),
        null);
  }

  private static JsonNode json(Push push, boolean validateOnly) throws Exception {
    byte[] bytes = PushMessage.json(push, push.addresses().get(0), validateOnly, NOW);
    return new ObjectMapper().readTree(bytes);
  }

  @Test
  void isWhatTheSeedsSend() throws Exception {
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"message": {"token": "t:1",
                  "notification": {"title": "Başlık", "body": "b"},
                  "data": {"type": "x", "deepLink": "goalgpt://home"},
                  "android": {"priority": "high", "collapse_key": "%1$s", "ttl": "90.005s",
                    "notification": {"sound": "default", "channel_id": "default"}},
                  "apns": {"headers": {"apns-collapse-id": "%1$s", "apns-expiration": "1795341690"},
                    "payload": {"aps": {"sound": "default", "badge": 1}}}}}"""
                    .formatted(ID));
    Push push = push("Başlık", Map.of("type", "x", "deepLink", "elsewhere"), "goalgpt://home");
    assertThat(json(push, false)).isEqualTo(expected);
  }

  @Test
  void asksToBeLookedAtOnly() throws Exception {
    assertThat(json(push("t", Map.of(), null), true).path("validate_only").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"",
        "\\",
        "a\"},{\"b\":\"c",
        "\n\t\u0000\u001f\u2028",
        "🎖️ Rozet'in",
        "</x>"
      })
  void saysEveryTextAsItIs(String text) throws Exception {
    JsonNode json = json(push(text, Map.of("k" + text, text), text), false);
    assertThat(json.at("/message/notification/title").asText()).isEqualTo(text);
    assertThat(json.path("message").path("data").path("k" + text).asText()).isEqualTo(text);
    assertThat(json.at("/message/data/deepLink").asText()).isEqualTo(text);
  }

  @Test
  void halfACharacterHurtsNobody() throws Exception {
    assertThat(
            json(push("a\ud83c", Map.of(), null), false).at("/message/notification/title").asText())
        .isEqualTo("a?");
  }
}
