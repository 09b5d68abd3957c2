package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.Tick;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instance that speaks, from taking over until it is replaced. It remembers by itself what it
 * has sent; a replaced one may be mistaken about that, but the broker no longer heeds its writer.
 */
final class Speaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);

  private final List<JobSchedule> table;
  private final TickWriter writer;
  private final JobSwitches switches;
  private final Map<Job, TickMemory> memories;
  private final Clock businessClock;
  private final Clock machineClock;
  private final SchedulerMeters meters;

  private Speaker(
      List<JobSchedule> table,
      TickWriter writer,
      JobSwitches switches,
      Map<Job, TickMemory> memories,
      Clock businessClock,
      Clock machineClock,
      SchedulerMeters meters) {
    this.table = table;
    this.writer = writer;
    this.switches = switches;
    this.memories = memories;
    this.businessClock = businessClock;
    this.machineClock = machineClock;
    this.meters = meters;
  }

  /**
   * Takes over. The order matters: first nobody else can write any more, then what was written is
   * read, so that nothing comes between.
   *
   * @param fromNow whether what was sent before is to be forgotten
   */
  static Speaker takeOver(
      SchedulerBridgeConfig config,
      boolean fromNow,
      Clock businessClock,
      Clock machineClock,
      SchedulerMeters meters) {
    TickWriter writer = TickWriter.open(config, config.groupId());
    JobSwitches switches = JobSwitches.open(config);
    try {
      Map<Job, TickMemory> memories =
          fromNow ? new EnumMap<>(Job.class) : TickMemories.read(config);
      Speaker speaker =
          new Speaker(
              config.table(), writer, switches, memories, businessClock, machineClock, meters);
      memories.forEach(meters::remembered);
      speaker.begin(businessClock.instant());
      speaker.obeyed();
      meters.speaking(true);
      return speaker;
    } catch (RuntimeException e) {
      switches.close();
      writer.close();
      throw e;
    }
  }

  /** Jobs without a memory begin now: what was due before is nobody's business. */
  private void begin(Instant now) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (JobSchedule line : table) {
      TickMemory memory = memories.get(line.job());
      if (memory == null) {
        TickMemory begun = new TickMemory(line.job().specName(), now, null);
        memories.put(line.job(), begun);
        records.add(writer.memory(begun));
        LOG.info("{} begins: {}", line.job().specName(), line.schedule());
      } else if (memory.through().isAfter(now)) {
        LOG.warn(
            "{} is dealt with up to {}, and the clock shows {}: nothing is sent until then, unless"
                + " SCHEDULER_FROM_NOW=true says that the clock had run ahead",
            line.job().specName(),
            memory.through(),
            now);
      }
    }
    if (!records.isEmpty()) {
      writer.write(records);
    }
  }

  /**
   * Does what is due next, one step of it. Whether a job is on is asked when it is due: what was
   * switched before that is obeyed, however short before.
   *
   * @return how long nothing is due, by the machine's clock; zero when there may be more to do
   */
  Duration step() {
    Instant now = businessClock.instant();
    Map<Job, Instant> through = new EnumMap<>(Job.class);
    memories.forEach((job, memory) -> through.put(job, memory.through()));
    if (new Agenda(table).next(through, now) instanceof Agenda.Wait wait) {
      return machineTime(now, wait.until());
    }
    Agenda.Step step = new Agenda(obeyed()).next(through, now);
    if (step instanceof Agenda.Send send) {
      send(send.job(), send.plannedAt(), now);
    } else if (step instanceof Agenda.PassOver pass) {
      passOver(pass);
    }
    return Duration.ZERO;
  }

  /** The table with what was switched up to now. */
  private List<JobSchedule> obeyed() {
    switches.readOn();
    List<JobSchedule> obeyed = switches.over(table);
    meters.obeyed(obeyed);
    return obeyed;
  }

  private Duration machineTime(Instant now, Instant until) {
    return businessClock instanceof DrivenClock driven
        ? driven.machineTimeUntil(until)
        : Duration.between(now, until);
  }

  private void send(Job job, Instant plannedAt, Instant now) {
    Tick tick = new Tick(job.specName(), plannedAt, machineClock.instant());
    TickMemory memory = new TickMemory(job.specName(), plannedAt, plannedAt);
    List<ProducerRecord<byte[], byte[]>> records = writer.copies(tick);
    records.add(writer.memory(memory));
    writer.write(records);
    memories.put(job, memory);
    Duration delay = Duration.between(plannedAt, now);
    meters.sent(job, plannedAt, delay);
    LOG.info("{} for {}: tick sent, run {}", job.specName(), plannedAt, tick.runId());
  }

  private void passOver(Agenda.PassOver pass) {
    Job job = pass.job();
    TickMemory memory = new TickMemory(job.specName(), pass.newest(), memories.get(job).lastSent());
    writer.write(List.of(writer.memory(memory)));
    memories.put(job, memory);
    meters.passedOver(job, pass.newest(), pass.reason());
    if (pass.reason() == Agenda.Reason.TOO_LATE) {
      LOG.warn("{} for {}: too late, no tick is sent", job.specName(), pass.newest());
    } else {
      LOG.debug("{} for {}: the job is off", job.specName(), pass.newest());
    }
  }

  @Override
  public void close() {
    meters.speaking(false);
    switches.close();
    writer.close();
  }
}
