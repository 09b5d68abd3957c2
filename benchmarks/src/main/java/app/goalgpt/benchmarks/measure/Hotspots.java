package app.goalgpt.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where this JVM's threads spend their time: Flight Recorder's samples of running Java code. */
public final class Hotspots implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final int GROUPS = 6;
  private static final int METHODS = 8;

  private final Recording recording = new Recording();

  private Hotspots() {
    recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
    recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
    recording.start();
  }

  public static Hotspots record() {
    return new Hotspots();
  }

  /** The busiest thread groups and the methods at the top of their stacks, as lines of text. */
  public List<String> lines() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("goalgpt-bench", ".jfr");
    try {
      recording.dump(file);
      return lines(file);
    } finally {
      Files.delete(file);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    Map<String, Map<String, Integer>> methods = new HashMap<>();
    int samples = 0;
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        RecordedThread thread = event.getValue("sampledThread");
        if (event.getStackTrace() == null || thread == null || isWaiting(event)) {
          continue;
        }
        samples++;
        methods
            .computeIfAbsent(CpuUse.group(thread.getJavaName()), group -> new HashMap<>())
            .merge(method(event), 1, Integer::sum);
      }
    }
    List<String> lines = new ArrayList<>();
    int all = Math.max(1, samples);
    methods.entrySet().stream()
        .sorted(Comparator.comparingInt(group -> -total(group.getValue())))
        .limit(GROUPS)
        .forEach(
            group -> {
              lines.add(
                  "%5.1f %% %s".formatted(100.0 * total(group.getValue()) / all, group.getKey()));
              group.getValue().entrySet().stream()
                  .sorted(Comparator.comparingInt(method -> -method.getValue()))
                  .limit(METHODS)
                  .forEach(
                      method ->
                          lines.add(
                              "        %5.1f %% %s"
                                  .formatted(100.0 * method.getValue() / all, method.getKey())));
            });
    return lines;
  }

  private static int total(Map<String, Integer> methods) {
    return methods.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Native samples are also taken of threads that wait in a system call. */
  private static boolean isWaiting(RecordedEvent event) {
    String top = name(event.getStackTrace().getFrames().get(0));
    return top.startsWith("EPoll")
        || top.startsWith("FileInputStream.readBytes")
        || top.contains("poll")
        || top.contains("accept")
        || top.contains("waitForProcessExit");
  }

  /** The top frame, and the first below it that is no part of the JDK. */
  private static String method(RecordedEvent event) {
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    String top = name(frames.get(0));
    return frames.stream()
        .skip(1)
        .filter(frame -> !frame.getMethod().getType().getName().startsWith("java."))
        .findFirst()
        .map(frame -> top + " < " + name(frame))
        .orElse(top);
  }

  private static String name(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
  }

  @Override
  public void close() {
    recording.close();
  }
}
