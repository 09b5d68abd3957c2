package app.goalgpt.connectors;

import app.goalgpt.connectors.batch.Workplace;
import app.goalgpt.connectors.database.DatabasePool;
import app.goalgpt.connectors.housekeeping.Housekeeping;
import app.goalgpt.connectors.partner.PartnerFeed;
import app.goalgpt.connectors.partner.PartnerRollup;
import app.goalgpt.connectors.run.Cancellations;
import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.connectors.run.JobHistory;
import app.goalgpt.connectors.run.JobRunner;
import app.goalgpt.connectors.run.RunLog;
import app.goalgpt.connectors.run.RunWriter;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Topics;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What jobs need of the database, beside the ledger in its process: their log is written, those
 * that are done in the database are worked off, partners' days are kept. Several may run at the
 * same time.
 */
public final class Jobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Jobs.class);
  private static final String SESSION =
      "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'";
  private static final Duration LONGEST_HEARTBEAT = Duration.ofMinutes(1);

  private final HikariDataSource records;
  private final HikariDataSource work;
  private final Workplace workplace;
  private final RunWriter writer;
  private final JobRunner runner;
  private final PartnerFeed partners;
  private final Cancellations cancellations;

  private Jobs(
      JobsConfig config,
      HikariDataSource records,
      HikariDataSource work,
      Workplace workplace,
      Clock businessTime) {
    this.records = records;
    this.work = work;
    this.workplace = workplace;
    AppTables tables = config.tables();
    RunLog runs = new RunLog(tables);
    this.writer =
        new RunWriter(
            workplace,
            records,
            runs,
            new JobHistory(tables, workplace.registry()),
            config.runPatience());
    Duration third = config.runPatience().dividedBy(3);
    this.runner =
        new JobRunner(
            workplace,
            records,
            runs,
            writer,
            inTheDatabase(config, work, workplace.registry()),
            third.compareTo(LONGEST_HEARTBEAT) < 0 ? third : LONGEST_HEARTBEAT);
    this.partners =
        new PartnerFeed(
            workplace, records, tables, businessTime.withZone(config.zone()), config.partnerDays());
    this.cancellations = new Cancellations(workplace, records, tables);
  }

  /** The jobs that {@link Job.Worker#CONNECTORS} works off. */
  private static Map<Job, DatabaseJob> inTheDatabase(
      JobsConfig config, DataSource database, MeterRegistry registry) {
    Map<Job, DatabaseJob> jobs = new EnumMap<>(Housekeeping.jobs(config.housekeeping(), registry));
    jobs.put(
        Job.PARTNER_ANALYTICS_ROLLUP, new PartnerRollup(database, config.tables(), config.zone()));
    return jobs;
  }

  /**
   * Starts all of it.
   *
   * @param businessTime what is "today" for partners; the machine's, but where business time is
   *     driven
   * @throws IllegalStateException when the database does not answer within its patience
   */
  public static Jobs start(
      JobsConfig config, Clock businessTime, MeterRegistry registry, Consumer<Throwable> onFatal) {
    HikariDataSource records = pool(config, "job-runs", 5, Duration.ofMinutes(1), registry);
    HikariDataSource work = null;
    try {
      work = pool(config, "jobs", 1, Duration.ofHours(6), registry);
      Migrations.migrate(config.database(), config.tables());
      Topics topics = new Topics(config.kafka(), config.tables());
      topics.ensure();
      Workplace workplace =
          new Workplace("jobs", config.kafka(), topics, Clock.systemUTC(), registry, onFatal);
      Jobs jobs = new Jobs(config, records, work, workplace, businessTime);
      jobs.writer.start();
      jobs.runner.start();
      jobs.partners.start();
      jobs.cancellations.start();
      log.info("jobs in {}, the business day is that of {}", config.database(), config.zone());
      return jobs;
    } catch (RuntimeException e) {
      records.close();
      if (work != null) {
        work.close();
      }
      throw e;
    }
  }

  /**
   * @param answer how long a statement may take: work in the database may take hours
   */
  private static HikariDataSource pool(
      JobsConfig config, String part, int size, Duration answer, MeterRegistry registry) {
    return DatabasePool.open(
        config.database(), part, size, SESSION, answer, config.databasePatience(), registry);
  }

  /** Why runs are not written, or jobs not done, now; empty when they are. Asks the database. */
  public Optional<String> trouble() {
    return Stream.of(
            writer.trouble(), runner.trouble(), partners.trouble(), DatabasePool.trouble(records))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Why it never will go on; empty otherwise. */
  public Optional<String> stuck() {
    return writer.stuck().or(runner::stuck).or(partners::stuck);
  }

  /** Stops; a job that is at work is begun again by whoever is started next. */
  @Override
  public void close() {
    runner.close();
    partners.close();
    cancellations.close();
    writer.close();
    workplace.close();
    work.close();
    records.close();
    log.info("jobs stopped");
  }
}
