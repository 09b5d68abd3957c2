package app.goalgpt.scheduler;

import app.goalgpt.messages.GroupHeartbeat;
import app.goalgpt.messages.Topic;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's life: it stands in line (the group of the memory's one partition); while that is
 * its own it speaks; after any trouble, being fenced included, it goes back to the end of the line.
 */
final class Election implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  /** A clock that jumps is noticed after that. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final SchedulerBridgeConfig config;
  private final Clock businessClock;
  private final Clock machineClock;
  private final SchedulerMeters meters;
  private final Consumer<Throwable> onFatal;
  private final CountDownLatch atWork = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile KafkaConsumer<byte[], byte[]> member;
  private boolean fromNow;
  private boolean elected;
  private volatile String trouble;
  private Speaker speaker;
  private Duration pause = FIRST_PAUSE;

  Election(
      SchedulerBridgeConfig config,
      Clock businessClock,
      Clock machineClock,
      SchedulerMeters meters,
      Consumer<Throwable> onFatal) {
    this.config = config;
    this.fromNow = config.fromNow();
    this.businessClock = businessClock;
    this.machineClock = machineClock;
    this.meters = meters;
    this.onFatal = onFatal;
  }

  /** Opens when this instance speaks for the first time, or knows that another one does. */
  CountDownLatch atWork() {
    return atWork;
  }

  /** Why no tick would be sent now; empty when it would, or another instance sends them. */
  Optional<String> trouble() {
    KafkaConsumer<byte[], byte[]> standing = member;
    if (trouble != null || standing == null) {
      return Optional.of("not in line: " + (trouble == null ? "starting" : trouble));
    }
    return GroupHeartbeat.trouble(standing.metrics());
  }

  void stop() {
    stop.countDown();
    KafkaConsumer<byte[], byte[]> standing = member;
    if (standing != null) {
      standing.wakeup();
    }
  }

  private boolean stopped() {
    return stop.getCount() == 0;
  }

  @Override
  public void run() {
    while (!stopped()) {
      try {
        standInLine();
      } catch (WakeupException e) {
        LOG.debug("stopping");
      } catch (AuthorizationException
          | AuthenticationException
          | UnsupportedVersionException fatal) {
        onFatal.accept(fatal);
        return;
      } catch (KafkaException | IllegalStateException e) {
        meters.trouble();
        trouble = e.getMessage();
        LOG.warn("back to the line: {}", e.getMessage());
        takeABreath();
      } catch (RuntimeException e) {
        onFatal.accept(e);
        return;
      }
    }
  }

  private void standInLine() {
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config.electionProperties());
    KafkaClientMetrics watch = meters.watch(consumer);
    try {
      member = consumer;
      consumer.subscribe(List.of(config.topics().name(Topic.TICKS_SENT)), listener());
      Duration wait = LONGEST_WAIT;
      while (!stopped()) {
        consumer.poll(wait);
        wait = elected ? speak() : LONGEST_WAIT;
        trouble = null;
      }
    } finally {
      leaveNothingToRead(consumer);
      fallSilent();
      member = null;
      watch.close();
      consumer.close(CloseOptions.timeout(config.session()));
    }
  }

  /**
   * A tick may have been sent in the very step in which the stop was asked for: what this instance
   * wrote itself counts as read, or the group would look behind for as long as nobody speaks.
   */
  private void leaveNothingToRead(KafkaConsumer<byte[], byte[]> consumer) {
    if (!elected || !stopped()) {
      return;
    }
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        return;
      } catch (WakeupException e) {
        LOG.debug("the wake-up that asked for the stop");
      } catch (KafkaException e) {
        LOG.warn("its memory is left unread: {}", e.getMessage());
        return;
      }
    }
  }

  /** Returns for how long there is nothing to do. */
  private Duration speak() {
    if (speaker == null) {
      speaker = Speaker.takeOver(config, fromNow, businessClock, machineClock, meters);
      fromNow = false;
      atWork.countDown();
      LOG.info("this instance sends the ticks");
    }
    Duration wait = speaker.step();
    pause = FIRST_PAUSE;
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private void fallSilent() {
    elected = false;
    if (speaker != null) {
      speaker.close();
      speaker = null;
      LOG.info("this instance sends no more ticks");
    }
  }

  private ConsumerRebalanceListener listener() {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        elected = !partitions.isEmpty();
        if (!elected) {
          atWork.countDown();
        }
      }

      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        fallSilent();
      }
    };
  }

  private void takeABreath() {
    try {
      if (stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.countDown();
    }
    pause = pause.multipliedBy(2);
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
