package app.goalgpt.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads pushes field by field: a campaign has a million of them, and a mapper takes several times
 * as long for each. What is not just as {@link Json} writes it is left to that, which also says
 * what is wrong with it.
 */
public final class PushJson {
  private UUID id;
  private UUID customerId;
  private String title;
  private String body;
  private final Map<String, String> data = new HashMap<>();
  private String deepLink;
  private String imageUrl;
  private Push.Lane lane;
  private final List<Push.Address> addresses = new ArrayList<>(2);
  private Instant causedAt;
  private Instant deadline;
  private UUID campaignId;
  private int lists;

  private PushJson() {}

  /**
   * @throws MalformedMessageException when the bytes are not a push, saying where
   */
  public static Push read(byte[] bytes) {
    Push push = bytes == null ? null : asWritten(bytes);
    return push == null ? Json.read(bytes, Push.class) : push;
  }

  private static Push asWritten(byte[] bytes) {
    try (JsonParser json = Json.MAPPER.getFactory().createParser(bytes)) {
      PushJson push = new PushJson();
      return push.fields(json) && json.nextToken() == null ? push.build() : null;
    } catch (IOException | IllegalArgumentException e) {
      return null; // the mapper says what is wrong
    }
  }

  private Push build() {
    return new Push(
        id,
        customerId,
        title,
        body,
        data,
        deepLink,
        imageUrl,
        lane,
        addresses,
        causedAt,
        deadline,
        campaignId);
  }

  /**
   * @return whether all of it was as expected
   */
  private boolean fields(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      boolean isExpected =
          switch (json.nextToken()) {
            case VALUE_STRING -> text(name, json.getText());
            case START_OBJECT -> name.equals("data") && data(json);
            case START_ARRAY -> name.equals("addresses") && addresses(json);
            default -> false;
          };
      if (!isExpected) {
        return false;
      }
    }
    return lists == 2 && json.currentToken() == JsonToken.END_OBJECT;
  }

  private boolean text(String name, String text) {
    switch (name) {
      case "id" -> id = uuid(text);
      case "customerId" -> customerId = uuid(text);
      case "title" -> title = text;
      case "body" -> body = text;
      case "deepLink" -> deepLink = text;
      case "imageUrl" -> imageUrl = text;
      case "lane" -> lane = Push.Lane.valueOf(text);
      case "causedAt" -> causedAt = instant(text);
      case "deadline" -> deadline = instant(text);
      case "campaignId" -> campaignId = uuid(text);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean data(JsonParser json) throws IOException {
    lists++;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      String text = json.nextTextValue();
      if (text == null) {
        return false;
      }
      data.put(name, text);
    }
    return json.currentToken() == JsonToken.END_OBJECT;
  }

  private boolean addresses(JsonParser json) throws IOException {
    lists++;
    while (json.nextToken() == JsonToken.START_OBJECT) {
      UUID tokenId = null;
      String token = null;
      String fid = null;
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        String text = json.nextTextValue();
        switch (text == null ? "" : name) {
          case "tokenId" -> tokenId = uuid(text);
          case "token" -> token = text;
          case "fid" -> fid = text;
          default -> {
            return false;
          }
        }
      }
      addresses.add(Push.Address.of(tokenId, token, fid));
    }
    return json.currentToken() == JsonToken.END_ARRAY;
  }

  /** As {@link UUID#toString} writes it: the JDK itself reads more. */
  private static UUID uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equals(text)) {
      throw new IllegalArgumentException("another spelling");
    }
    return uuid;
  }

  private static Instant instant(String text) {
    Instant instant = InstantJson.read(text);
    if (instant == null) {
      throw new IllegalArgumentException("another spelling");
    }
    return instant;
  }
}
