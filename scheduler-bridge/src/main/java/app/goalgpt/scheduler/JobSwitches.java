package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.JobSwitch;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Topic;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people have switched on and off, over what the settings say. */
final class JobSwitches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobSwitches.class);

  private final WholeTopic topic;
  private final Map<Job, JobSwitch> switches = new EnumMap<>(Job.class);

  private JobSwitches(WholeTopic topic) {
    this.topic = topic;
  }

  static JobSwitches open(SchedulerBridgeConfig config) {
    return new JobSwitches(WholeTopic.open(config, Topic.JOB_SWITCHES));
  }

  /** All that hold now; none where nothing was ever switched. */
  static Map<Job, JobSwitch> read(SchedulerBridgeConfig config) {
    if (!WholeTopic.exists(config, Topic.JOB_SWITCHES)) {
      return Map.of();
    }
    try (JobSwitches switches = open(config)) {
      switches.readOn();
      return Map.copyOf(switches.switches);
    }
  }

  /** Takes in what was committed by now. */
  void readOn() {
    topic.readOn(this::take);
  }

  /** The table as it is to be obeyed. */
  List<JobSchedule> over(List<JobSchedule> table) {
    return over(table, switches);
  }

  static List<JobSchedule> over(List<JobSchedule> table, Map<Job, JobSwitch> switches) {
    return table.stream()
        .map(
            line ->
                switches.containsKey(line.job())
                    ? line.switched(switches.get(line.job()).enabled())
                    : line)
        .toList();
  }

  private void take(ConsumerRecord<byte[], byte[]> found) {
    String name = found.key() == null ? "" : new String(found.key(), StandardCharsets.UTF_8);
    Job.named(name).ifPresent(job -> take(job, found));
  }

  /** What cannot be read changes nothing: a job goes on as it was. */
  private void take(Job job, ConsumerRecord<byte[], byte[]> found) {
    if (found.value() == null) {
      if (switches.remove(job) != null) {
        LOG.info("{}: the setting holds again", job.specName());
      }
      return;
    }
    try {
      JobSwitch read = Json.read(found.value(), JobSwitch.class);
      switches.put(job, read);
      LOG.info("{} was switched {} by {}", read.job(), read.enabled() ? "on" : "off", read.by());
    } catch (MalformedMessageException e) {
      LOG.warn("{} offset {}: {}", found.topic(), found.offset(), e.getMessage());
    }
  }

  @Override
  public void close() {
    topic.close();
  }
}
