package app.goalgpt.settings;

import java.util.List;
import java.util.regex.Pattern;

/** The statuses from which a tier 1 referral may reach tier 2 (SPEC, "Referral tier 2"). */
public final class QualifyingStatuses {
  private static final Pattern STATUSES = Pattern.compile("[a-z_]+(\\s*,\\s*[a-z_]+)*");

  private QualifyingStatuses() {}

  /** Reads REFERRAL_QUALIFYING_STATUSES ({@code completed}). */
  public static List<String> from(Settings settings) {
    String statuses =
        settings.matching(
            "REFERRAL_QUALIFYING_STATUSES",
            "completed",
            STATUSES,
            "statuses of referrals, separated by commas, such as pending,completed");
    return List.of(statuses.split("\\s*,\\s*"));
  }
}
