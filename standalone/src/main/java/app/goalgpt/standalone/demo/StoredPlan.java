package app.goalgpt.standalone.demo;

import app.goalgpt.standalone.simulation.Population;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Properties;

/**
 * Which population lives in a data folder.
 *
 * @param runs how many times the app's traffic has run there
 * @param clock what time it is for the business
 */
record StoredPlan(Population.Plan plan, int runs, Instant clock) {
  private static final String FILE = "population.properties";

  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  static StoredPlan read(Path folder) {
    Properties stored = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve(FILE))) {
      stored.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder.resolve(FILE), e);
    }
    return new StoredPlan(
        new Population.Plan(
            Integer.parseInt(stored.getProperty("customers")),
            Double.parseDouble(stored.getProperty("commentsPerCustomer")),
            Long.parseLong(stored.getProperty("seed")),
            Instant.parse(stored.getProperty("now")),
            ZoneId.of(stored.getProperty("zone", "UTC"))),
        Integer.parseInt(stored.getProperty("runs")),
        Instant.parse(stored.getProperty("clock", stored.getProperty("now"))));
  }

  void write(Path folder) {
    Properties stored = new Properties();
    stored.setProperty("customers", String.valueOf(plan.customers()));
    stored.setProperty("commentsPerCustomer", String.valueOf(plan.commentsPerCustomer()));
    stored.setProperty("seed", String.valueOf(plan.seed()));
    stored.setProperty("now", plan.now().toString());
    stored.setProperty("zone", plan.zone().getId());
    stored.setProperty("runs", String.valueOf(runs));
    stored.setProperty("clock", clock.toString());
    try (Writer writer = Files.newBufferedWriter(folder.resolve(FILE))) {
      stored.store(writer, "the demo's customers in this folder");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(FILE), e);
    }
  }
}
