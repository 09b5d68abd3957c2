package app.goalgpt.standalone.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process tells its watchers: its metrics, whether it is ready and whether it is live, over
 * HTTP. Begun before the parts, so that one that starts slowly can be asked why.
 */
public final class Monitoring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "monitoring");
            thread.setDaemon(true);
            return thread;
          });
  private final Health health = new Health(threads);
  private final JvmGcMetrics pauses = new JvmGcMetrics();
  private final LoggedTroubles loggedTroubles;
  private final StatusListener listener;

  private Monitoring(MonitoringConfig config) {
    new JvmInfoMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    pauses.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    loggedTroubles = LoggedTroubles.countedIn(registry);
    listener =
        config
            .address()
            .map(address -> StatusListener.start(address, registry, health, threads))
            .orElse(null);
  }

  /**
   * @throws IllegalStateException when nobody may listen there
   */
  public static Monitoring start(MonitoringConfig config) {
    Monitoring monitoring = new Monitoring(config);
    monitoring
        .address()
        .ifPresent(
            address ->
                LOG.info("metrics and health at {}/metrics, /health/ready, /health/live", address));
    return monitoring;
  }

  /** What everything in this process counts in. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Where it can be asked, such as {@code http://127.0.0.1:9464}; empty when it is off. */
  public Optional<String> address() {
    return Optional.ofNullable(listener).map(StatusListener::address);
  }

  /** From here on the process is as ready as these parts are. */
  public void watch(Pipeline pipeline) {
    pipeline.reportTo(health);
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
    loggedTroubles.close();
    pauses.close();
    threads.shutdownNow();
    registry.close();
  }
}
