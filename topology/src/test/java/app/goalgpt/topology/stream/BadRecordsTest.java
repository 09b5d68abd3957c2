package app.goalgpt.topology.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Json;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadRecordsTest {
  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          not json                                                    | not JSON
          []                                                          | not a JSON object
          {}                                                          | source.lsn is missing
          {"source":{"lsn":"7"},"op":"c"}                             | source.lsn is "7"
          {"source":{"lsn":7,"ts_ms":1},"op":"x"}                     | op is "x"
          {"source":{"lsn":7,"ts_ms":1},"op":"c"}                     | after is missing
          {"source":{"lsn":7,"ts_ms":1},"op":"d","before":null}       | before is null
          {"source":{"lsn":7},"op":"c","after":{}}                    | source has neither ts_us nor ts_ms
          {"source":{"lsn":7,"ts_ms":1},"op":"c","after":{"id":"x"}}  | match_comments.id is "x": allowed is a uuid
          """)
  void aRecordThatIsNoChangeIsSetAsideAndTheRestGoesOn(String value, String cause) {
    UUID customer = run.customer();

    run.change(AppTable.MATCH_COMMENTS, customer, value.getBytes(UTF_8));
    run.comment(customer, 1);

    assertThat(run.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.step()).isEqualTo("topology.change");
              assertThat(letter.cause()).startsWith(cause);
              assertThat(letter.topic()).isEqualTo("goalgpt.public.match_comments");
              assertThat(letter.key()).isEqualTo(customer.toString());
              assertThat(letter.value()).isEqualTo(value);
            });
    assertThat(run.state(customer).tallies().comments()).isEqualTo(1);
  }

  /** Postgres takes it, the state's format does not; and no token may stand in a dead letter. */
  @Test
  void aTokenOfAnyLengthStopsNothingAndIsNotShown() {
    UUID customer = run.customer();
    run.token(customer, "A".repeat(70_000));
    run.comment(customer, 1);

    assertThat(run.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.cause())
                  .isEqualTo(
                      "customer_push_tokens.fcm_token has 70000 characters: allowed are at most"
                          + " 4096");
              assertThat(letter.value()).doesNotContain("AAAA");
            });
    assertThat(run.state(customer).tallies().comments()).isEqualTo(1);
  }

  @Test
  void aSubscriptionWithoutEndMayEndAtInfinity() {
    UUID customer = run.customer();
    run.subscription(customer, "active", "infinity");

    assertThat(run.deadLetters()).isEmpty();
    assertThat(run.state(customer).hasActiveSubscription(Instant.parse("2999-01-01T00:00:00Z")))
        .isTrue();
  }

  @Test
  void aRecordNearTheBrokersLimitMakesALetterThatFits() {
    UUID customer = run.customer();
    run.change(AppTable.MATCH_COMMENTS, customer, "\"".repeat(900_000).getBytes(UTF_8));

    assertThat(run.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(Json.write(letter).length).isBetween(150_000, 1_000_000));
  }

  @Test
  void aRowThatTheAppNeverWritesIsNamedByTableColumnValueAndWhatIsAllowed() {
    UUID customer = run.customer();
    run.xp(customer, "mythril", 3);
    run.xp(customer, null, 3);
    run.comment(UUID.randomUUID(), customer, 0, "shouted", run.next());
    run.change(
        AppTable.MATCH_COMMENTS,
        customer,
        Envelopes.created(
            run.next(),
            Envelopes.row(
                "id",
                UUID.randomUUID(),
                "like_count",
                BigInteger.TEN.pow(25),
                "status",
                "active",
                "deleted_at",
                null)));
    run.referral(UUID.randomUUID(), customer, run.customer(), 9, "completed", null);

    assertThat(run.deadLetters())
        .extracting(letter -> letter.cause())
        .containsExactly(
            "customer_xp.level is \"mythril\": allowed is one of bronze, silver, gold, platinum,"
                + " diamond, vip_elite",
            "customer_xp.level is null: allowed is a text",
            "match_comments.status is \"shouted\": allowed is one of active, deleted, flagged,"
                + " hidden",
            "match_comments.like_count is 10000000000000000000000000: allowed is a whole number",
            "referrals.tier is 9: allowed is 1, 2 or 3");
  }

  @Test
  void aRecordWithoutACustomerIsSetAsideUnlessItIsAPredictionThatNobodyBought() {
    run.change(
        AppTable.TS_PREDICTION_MAPPED,
        null,
        Envelopes.created(
            run.next(),
            Envelopes.row("id", UUID.randomUUID(), "purchased_by_user_id", null, "result", null)));
    assertThat(run.deadLetters()).isEmpty();

    run.change(
        AppTable.MATCH_COMMENTS,
        null,
        Envelopes.created(
            run.next(), Envelopes.row("id", UUID.randomUUID(), "customer_user_id", null)));
    run.change(
        AppTable.MATCH_COMMENTS,
        "somebody",
        Envelopes.created(
            run.next(), TopologyRun.commentRow(UUID.randomUUID(), UUID.randomUUID(), 0, "active")));

    assertThat(run.deadLetters())
        .extracting(letter -> letter.cause())
        .containsExactly(
            "match_comments.customer_user_id is null: allowed is a customer's uuid",
            "key is somebody: allowed is a customer's uuid");
  }

  @Test
  void aTokenNeverReachesADeadLetter() {
    String token = "dE1" + "x".repeat(140) + ":APA91b-_";
    run.change(
        AppTable.CUSTOMER_PUSH_TOKENS,
        UUID.randomUUID(),
        Envelopes.created(
            run.next(), Envelopes.row("id", "broken", "fcm_token", token, "is_active", true)));

    assertThat(run.deadLetters())
        .singleElement()
        .satisfies(
            letter -> assertThat(letter.toString()).doesNotContain(token).contains("broken"));
  }
}
