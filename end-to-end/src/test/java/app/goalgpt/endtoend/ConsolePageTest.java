package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.platform.Pipeline;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console's page in a real browser, over all parts at work, fed by the app's SQL alone. */
class ConsolePageTest {
  private static final String TOKEN = "the-token-of-the-page-test";
  private static final String BADGE = "33333333-0000-4000-8000-000000000000";
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int REWARDS = 20;

  private static final AtomicReference<Throwable> FATAL = new AtomicReference<>();
  private static EmbeddedPlatform platform;
  private static Pipeline pipeline;
  private static Chromium browser;

  @BeforeAll
  static void start() throws SQLException, IOException {
    assumeTrue(
        Chromium.installed().isPresent(),
        "no Chromium on the PATH (Debian: apt-get install chromium): the page is not tested");
    platform = EmbeddedPlatform.temporary();
    sql(
        """
        INSERT INTO badges (id, slug, name_tr, name_en, unlock_condition, reward_xp)
        VALUES ('%s', 'first_comment', 'İlk yorum', 'First comment', '{"type": "comments", "count": 1}', 50);
        INSERT INTO badges (slug, name_tr, name_en, unlock_condition)
        VALUES ('talkative', 'Konuşkan', 'Talkative', '{"type": "comments", "count": 8}');
        """
            .formatted(BADGE));
    Settings settings = platform.settings(Map.of("CONSOLE_TOKEN", TOKEN, "CONSOLE_PORT", "0"));
    pipeline = Pipeline.start(settings, new SimpleMeterRegistry(), Clock.systemUTC(), FATAL::set);
    browser = Chromium.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
    if (platform != null) {
      platform.close();
    }
    assertThat(FATAL.get()).isNull();
  }

  private static void sql(String statements) throws SQLException {
    try (Connection connection = platform.postgres().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  private static String console() {
    return pipeline.console().orElseThrow().toString();
  }

  private static void open() {
    browser.open(console() + "#token=" + TOKEN, 1280, 900, false, false);
    awaitTrue("document.getElementById('connection')?.dataset.state === 'live'");
  }

  private static void awaitTrue(String expression) {
    await(expression)
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> browser.evaluate(expression).asBoolean());
  }

  /** Commits a comment of a new customer, which earns a badge; returns when it was committed. */
  private static Instant earn(UUID customer) throws SQLException {
    sql("INSERT INTO customer_users (id) VALUES ('" + customer + "')");
    Instant before = Instant.now();
    sql(
        "INSERT INTO match_comments (customer_user_id, match_id, content) VALUES ('%s', 'm', 'what a goal')"
            .formatted(customer));
    return before;
  }

  @Test
  void showsARewardThatAnInsertCaused() throws Exception {
    open();
    assertThat(browser.evaluate("location.href").asText()).doesNotContain(TOKEN);
    browser.evaluate(
        """
        window.seen = {};
        new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(row => {
          window.seen[row.querySelector('a.id').hash.split('/').pop()] = performance.timeOrigin + performance.now();
        }))).observe(document.getElementById('rewards'), {childList: true}); true
        """);
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < REWARDS; i++) {
      UUID customer = UUID.randomUUID();
      Instant before = earn(customer);
      String seen = "window.seen['" + customer + "']";
      awaitTrue(seen + " > 0");
      JsonNode at = browser.evaluate(seen);
      millis.add(Math.round(at.asDouble()) - before.toEpochMilli());
    }
    Collections.sort(millis);
    System.out.printf(
        "from before the insert to the row on the page, %d rewards: half within %d ms, all within %d ms%n",
        REWARDS, millis.get(REWARDS / 2), millis.get(REWARDS - 1));
    assertThat(browser.evaluate("document.querySelector('.reward .title').textContent").asText())
        .startsWith("first comment");
    assertThat(browser.requests()).isNotEmpty().allMatch(url -> url.startsWith(console()));
    assertThat(browser.complaints()).isEmpty();
    JsonNode paint =
        browser.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");
    System.out.printf("first contentful paint after %.0f ms%n", paint.asDouble());
  }

  @Test
  void saysWhyACustomerHasABadgeAndHowFarTheNextOneIs() throws Exception {
    UUID customer = UUID.randomUUID();
    open();
    earn(customer);
    awaitTrue("!!document.querySelector('#rewards a[href$=\"%s\"]')".formatted(customer));
    browser.evaluate(
        "document.querySelector('#rewards a[href$=\"%s\"]').click()".formatted(customer));
    awaitTrue("!!document.querySelector('[data-slug=first_comment][data-verdict=SETTLED]')");
    assertThat(
            browser
                .evaluate("document.querySelector('[data-slug=talkative]').textContent")
                .asText())
        .contains("Asks for 8 active comments; now it is 1.");
    assertThat(
            browser
                .evaluate("document.querySelector('[data-slug=first_comment]').textContent")
                .asText())
        .contains("Met with 1 by the row of match_comments");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void showsWhatCameOfEachTextOfACampaignThatTriesTwo() throws Exception {
    UUID campaign = UUID.randomUUID();
    sql(
        """
        INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, scheduled_at, sent_at, status, recipient_count, success_count, failure_count)
        VALUES ('%1$s', 'Derbi', 'Tahmin', 'all', now(), now(), 'sent', 100, 87, 11);
        INSERT INTO campaign_variants (campaign_id, variant, recipient_count, success_count, failure_count)
        VALUES ('%1$s', 'A', 70, 60, 8), ('%1$s', 'B', 30, 27, 3);
        """
            .formatted(campaign));
    open();
    browser.evaluate("location.hash = '#/campaigns'");
    awaitTrue("document.querySelectorAll('.card dl').length === 1");
    assertThat(browser.evaluate("document.querySelector('.card dl').innerText").asText())
        .contains("told 70, accepted 60 of 68 answered")
        .contains("told 30, accepted 27 of 30 answered (90");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aJobIsSwitchedOffAndOnByTheKeyboardAlone() throws Exception {
    open();
    browser.evaluate("location.hash = '#/jobs'");
    String button = "[data-focus=\"switch-dead-token-cleanup\"]";
    awaitTrue("!!document.querySelector('%s')".formatted(button));
    for (String now : List.of("Switch on", "Switch off")) {
      browser.evaluate("document.querySelector('%s').focus()".formatted(button));
      browser.press("Enter", "Enter", 13);
      awaitTrue("document.getElementById('ask').open");
      browser.press("Tab", "Tab", 9);
      browser.press("Enter", "Enter", 13);
      awaitTrue("document.querySelector('%s').textContent === '%s'".formatted(button, now));
    }
    browser.evaluate("location.hash = '#/changes'");
    awaitTrue("document.querySelectorAll('tbody tr').length >= 2");
    assertThat(browser.evaluate("document.querySelector('tbody').textContent").asText())
        .contains("job.off")
        .contains("job.on");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void asksForATokenAndRefusesAWrongOne() {
    browser.open(console() + "#token=not-the-right-one", 1280, 900, false, false);
    awaitTrue("document.querySelector('.login [role=alert]')?.textContent.includes('not valid')");
    assertThat(browser.evaluate("sessionStorage.length").asInt()).isZero();
  }
}
