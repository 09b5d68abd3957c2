package app.goalgpt.console.live;

import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The last runs of each job, as their shares report them; the newest report of a share counts. */
public final class RunBoard {
  private static final int RUNS_KEPT = 12;

  private final Map<String, LinkedHashMap<UUID, Map<Integer, RunProgress>>> runs = new HashMap<>();

  /**
   * A share of a run.
   *
   * @param usual items that this partition had in the last run of the job that ended; null when
   *     none is known
   */
  public record ShareOnBoard(
      int partition, State state, long items, long succeeded, long failed, Long usual) {}

  /** A run with at least one share at work. */
  public record OpenRun(
      UUID runId,
      String job,
      Instant plannedAt,
      Instant startedAt,
      int partitions,
      List<ShareOnBoard> shares) {}

  synchronized void report(RunProgress report) {
    LinkedHashMap<UUID, Map<Integer, RunProgress>> ofJob =
        runs.computeIfAbsent(report.job(), job -> new LinkedHashMap<>());
    Map<Integer, RunProgress> shares =
        ofJob.computeIfAbsent(report.runId(), run -> new TreeMap<>());
    shares.merge(
        report.partition(), report, (old, now) -> now.sequence() >= old.sequence() ? now : old);
    if (ofJob.size() > RUNS_KEPT) {
      ofJob.remove(ofJob.keySet().iterator().next());
    }
  }

  /** Runs that are not over, as far as was heard. */
  public synchronized List<OpenRun> open() {
    List<OpenRun> open = new ArrayList<>();
    runs.values()
        .forEach(
            ofJob -> {
              Map<Integer, RunProgress> ended = Map.of();
              for (Map.Entry<UUID, Map<Integer, RunProgress>> run : ofJob.entrySet()) {
                if (isOver(run.getValue())) {
                  ended = run.getValue();
                } else {
                  open.add(onBoard(run.getValue(), ended));
                }
              }
            });
    return open;
  }

  private static boolean isOver(Map<Integer, RunProgress> shares) {
    int partitions = shares.values().iterator().next().partitions();
    return shares.values().stream().filter(share -> over(share.state())).count() >= partitions;
  }

  private static boolean over(State state) {
    return state == State.DONE || state == State.FAILED || state == State.CANCELLED;
  }

  private static OpenRun onBoard(
      Map<Integer, RunProgress> shares, Map<Integer, RunProgress> usual) {
    RunProgress any = shares.values().iterator().next();
    return new OpenRun(
        any.runId(),
        any.job(),
        any.plannedAt(),
        shares.values().stream()
            .map(RunProgress::startedAt)
            .min(Comparator.naturalOrder())
            .orElseThrow(),
        any.partitions(),
        shares.values().stream()
            .map(
                share ->
                    new ShareOnBoard(
                        share.partition(),
                        share.state(),
                        share.items(),
                        share.succeeded(),
                        share.failed(),
                        any.job().equals(RunProgress.CAMPAIGN)
                                || !usual.containsKey(share.partition())
                            ? null
                            : Long.valueOf(usual.get(share.partition()).items())))
            .toList());
  }
}
