package app.goalgpt.console.campaign;

import app.goalgpt.connectors.audience.AudienceReader;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.campaign.CampaignOutreach;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Portrait;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Due;
import app.goalgpt.topology.job.Variant;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Counts whom a campaign would reach: the topology's rule, asked about rows as a snapshot has them.
 */
public final class CampaignPreview {
  private static final int SAMPLES = 5;

  private final CampaignOutreach outreach;
  private final BusinessMoment moment;
  private final AppTables tables;
  private final Random random;
  private final List<UUID> samples = new ArrayList<>();
  private long seen;
  private final SortedMap<Instant, Long> hours = new TreeMap<>();
  private final Map<Variant, Long> variants = new EnumMap<>(Variant.class);
  private int customers;
  private long devices;
  private long unreadable;
  private String firstUnreadable;

  private CampaignPreview(
      CampaignOutreach outreach, BusinessMoment moment, AppTables tables, Random random) {
    this.tables = tables;
    this.outreach = outreach;
    this.moment = moment;
    this.random = random;
  }

  /**
   * @param moment as of when it is decided who gets it
   */
  public static CampaignPreview of(Campaign campaign, BusinessMoment moment, AppTables tables) {
    return new CampaignPreview(
        CampaignOutreach.of(campaign, moment.zone()),
        moment,
        tables,
        new Random(campaign.id().hashCode()));
  }

  /**
   * Looks at everybody.
   *
   * @param stopped asked before each customer
   */
  public void read(AudienceReader reader, BooleanSupplier stopped) throws SQLException {
    reader.customers(
        outreach.asks(),
        (id, rows) -> {
          if (stopped.getAsBoolean()) {
            throw new IllegalStateException("the preview was stopped");
          }
          look(id, rows);
        });
  }

  private void look(UUID id, Map<AppTable, List<byte[]>> rows) {
    seen++;
    Portrait portrait = new Portrait(id, moment.zone());
    rows.forEach((table, changes) -> changes.forEach(row -> add(portrait, table, row)));
    Customer customer = portrait.customer();
    List<Due> dues = outreach.dues(id, customer, moment);
    if (!dues.isEmpty()) {
      customers++;
      Due due = dues.get(0);
      if (due.notBefore() != null) {
        hours.merge(due.isAfter(moment.at()) ? due.notBefore() : moment.at(), 1L, Long::sum);
      }
      variants.merge(due.variant(), 1L, Long::sum);
      devices += customer.addresses().size();
      sample(id);
    }
  }

  /** A row that the topology would set aside counts for nothing here either. */
  private void add(Portrait portrait, AppTable table, byte[] row) {
    try {
      portrait.add(Change.read(table, tables, row));
    } catch (MalformedMessageException e) {
      unreadable++;
      firstUnreadable = firstUnreadable == null ? e.getMessage() : firstUnreadable;
    }
  }

  /** Each of those who would get it is as likely to be among the samples. */
  private void sample(UUID id) {
    if (samples.size() < SAMPLES) {
      samples.add(id);
      return;
    }
    int place = random.nextInt(customers);
    if (place < SAMPLES) {
      samples.set(place, id);
    }
  }

  public long seen() {
    return seen;
  }

  public long customers() {
    return customers;
  }

  public long devices() {
    return devices;
  }

  /**
   * How many of the customers would get it when, in the order of time; empty when it does not wait
   * for their best hours.
   */
  public SortedMap<Instant, Long> hours() {
    return Collections.unmodifiableSortedMap(hours);
  }

  /** Whether a second text is tried. */
  public boolean triesTwoTexts() {
    return outreach.triesTwoTexts();
  }

  /** How many of the customers would get that text. */
  public long customers(Variant variant) {
    return variants.getOrDefault(variant, 0L);
  }

  public List<UUID> samples() {
    return List.copyOf(samples);
  }

  /** Rows that were left out. */
  public long unreadable() {
    return unreadable;
  }

  /** What is wrong with the first of them, null when there is none. */
  public String firstUnreadable() {
    return firstUnreadable;
  }
}
