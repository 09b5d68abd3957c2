package app.goalgpt.console.api;

import app.goalgpt.connectors.queries.JobRun;
import app.goalgpt.connectors.queries.RunQueries;
import app.goalgpt.connectors.queries.RunShare;
import app.goalgpt.console.change.Changes;
import app.goalgpt.console.http.Exchange;
import app.goalgpt.console.http.Problem;
import app.goalgpt.console.http.Reply;
import app.goalgpt.console.http.Route;
import app.goalgpt.console.live.RunBoard;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.JobSwitch;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.scheduler.JobOverview;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.scheduler.TickByHand;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Jobs and their runs: looked at, run now, switched on and off. */
public final class JobsApi {
  private static final int STRIP = 30;
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final String JOBS =
      Arrays.stream(Job.values()).map(Job::specName).collect(Collectors.joining(", "));

  private final SchedulerBridgeConfig schedule;
  private final Database database;
  private final RunQueries queries;
  private final RunBoard board;
  private final Changes changes;
  private final Clock businessClock;
  private List<JobOverview> overview = List.of();
  private long overviewUntil;

  /**
   * @param businessClock what time it is for schedules
   */
  public JobsApi(
      SchedulerBridgeConfig schedule,
      Database database,
      RunBoard board,
      Changes changes,
      Clock businessClock) {
    this.schedule = schedule;
    this.database = database;
    this.queries = new RunQueries(schedule.tables());
    this.board = board;
    this.changes = changes;
    this.businessClock = businessClock;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/api/jobs", this::jobs),
        Route.post("/api/jobs/{job}/runs", this::run),
        Route.put("/api/jobs/{job}/switch", this::switchJob),
        Route.delete("/api/jobs/{job}/switch", this::takeBackSwitch),
        Route.get("/api/runs", this::runs, "job", "status", "since", "before", "limit"),
        Route.get("/api/runs/{id}", this::oneRun));
  }

  /**
   * @param usualMs the median of the last successful runs; null when there is none
   * @param runs the last thirty, newest first
   */
  record JobView(
      String job,
      String schedule,
      String zone,
      boolean enabled,
      JobSwitch switched,
      String missed,
      Instant lastPlanned,
      Instant due,
      boolean overdue,
      Long usualMs,
      List<JobRun> runs) {}

  /**
   * @param now what the business clock shows
   */
  record Jobs(Instant now, List<JobView> jobs, List<RunBoard.OpenRun> open) {}

  private Reply jobs(Exchange exchange) throws SQLException {
    List<JobOverview> table = overview();
    List<String> names = new ArrayList<>(List.of(RunProgress.CAMPAIGN));
    table.forEach(line -> names.add(line.job().specName()));
    Map<String, List<JobRun>> recent =
        database.read(connection -> queries.recent(connection, names, STRIP));
    return Reply.ok(
        new Jobs(
            businessClock.instant(),
            table.stream()
                .map(line -> view(line, recent.getOrDefault(line.job().specName(), List.of())))
                .toList(),
            open(recent)));
  }

  /** Without those that were given up: nothing is heard of them, and the log says so. */
  private List<RunBoard.OpenRun> open(Map<String, List<JobRun>> recent) {
    Set<UUID> ended =
        recent.values().stream()
            .flatMap(List::stream)
            .filter(run -> !run.status().equals("running"))
            .map(JobRun::id)
            .collect(Collectors.toSet());
    return board.open().stream().filter(run -> !ended.contains(run.runId())).toList();
  }

  private static JobView view(JobOverview line, List<JobRun> runs) {
    List<Long> durations =
        runs.stream()
            .filter(run -> run.status().equals("success") && run.durationMs() != null)
            .map(JobRun::durationMs)
            .sorted()
            .toList();
    return new JobView(
        line.job().specName(),
        line.schedule(),
        line.zone().getId(),
        line.enabled(),
        line.switched(),
        line.missed(),
        line.lastPlanned(),
        line.due(),
        line.overdue(),
        durations.isEmpty() ? null : durations.get(durations.size() / 2),
        runs);
  }

  /** The bridge's memory is read at most every two seconds, however many look at it. */
  private synchronized List<JobOverview> overview() {
    if (System.nanoTime() - overviewUntil > 0 || overview.isEmpty()) {
      overview = JobOverview.all(schedule, businessClock.instant());
      overviewUntil = System.nanoTime() + FRESH.toNanos();
    }
    return overview;
  }

  private synchronized void forgetOverview() {
    overview = List.of();
  }

  private static Job job(Exchange exchange) {
    return Job.named(exchange.parameter("job"))
        .orElseThrow(() -> Problem.notFound("there is no such job; the jobs are " + JOBS));
  }

  /** As {@code goalgpt tick} does; the same instant again is the same run. */
  private Reply run(Exchange exchange) {
    Job job = job(exchange);
    JsonNode plannedAt = exchange.object("plannedAt").path("plannedAt");
    Instant at =
        plannedAt.isMissingNode() || plannedAt.isNull()
            ? businessClock.instant().truncatedTo(ChronoUnit.MINUTES)
            : Exchange.instant("plannedAt", plannedAt.asText());
    Tick tick = new Tick(job.specName(), at, Instant.now());
    changes.make(
        Actions.of(
            exchange,
            "job.run",
            job.specName(),
            Map.of("plannedAt", at.toString(), "runId", tick.runId().toString())),
        TickByHand.records(changes.topics(), tick));
    forgetOverview();
    return Reply.accepted(Map.of("runId", tick.runId(), "job", job.specName(), "plannedAt", at));
  }

  private Reply switchJob(Exchange exchange) {
    Job job = job(exchange);
    JsonNode enabled = exchange.object("enabled").path("enabled");
    if (!enabled.isBoolean()) {
      throw Problem.badRequest("enabled must be true or false");
    }
    JobSwitch made =
        new JobSwitch(
            job.specName(), enabled.booleanValue(), Instant.now(), exchange.operator().name());
    changes.make(
        Actions.of(exchange, made.enabled() ? "job.on" : "job.off", job.specName(), Map.of()),
        List.of(changes.record(Topic.JOB_SWITCHES, job.specName(), made)));
    forgetOverview();
    return Reply.ok(made);
  }

  /** From here on the setting says whether the job is on. */
  private Reply takeBackSwitch(Exchange exchange) {
    Job job = job(exchange);
    changes.make(
        Actions.of(exchange, "job.as-set", job.specName(), Map.of()),
        List.of(changes.record(Topic.JOB_SWITCHES, job.specName(), null)));
    forgetOverview();
    return Reply.ok(Map.of("job", job.specName()));
  }

  /**
   * @param next what to ask for {@code before} of the next page; null on the last one
   */
  record Runs(List<JobRun> runs, String next) {}

  private Reply runs(Exchange exchange) throws SQLException {
    int limit = exchange.limit(50);
    RunQueries.Filter filter =
        new RunQueries.Filter(
            exchange.asked("job").orElse(null),
            exchange.asked("status", "running", "success", "failed").orElse(null),
            exchange.askedInstant("since").orElse(null),
            exchange.asked("before").map(Cursors::read).orElse(null));
    List<JobRun> found = database.read(connection -> queries.page(connection, filter, limit));
    JobRun last = found.size() < limit ? null : found.get(found.size() - 1);
    return Reply.ok(
        new Runs(found, last == null ? null : Cursors.write(last.startedAt(), last.id())));
  }

  /**
   * @param shares what each partition reported, of a run that is not too old
   */
  record OneRun(JobRun run, List<RunShare> shares) {}

  private Reply oneRun(Exchange exchange) throws SQLException {
    UUID id = exchange.uuid("id");
    return database.read(
        connection -> {
          JobRun run =
              queries
                  .run(connection, id)
                  .orElseThrow(() -> Problem.notFound("there is no run with this id"));
          List<RunShare> shares = queries.shares(connection, id);
          return Reply.ok(new OneRun(run, Collections.unmodifiableList(shares)));
        });
  }
}
