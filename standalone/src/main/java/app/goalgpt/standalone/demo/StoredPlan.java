package app.goalgpt.standalone.demo;

import app.goalgpt.standalone.simulation.Population;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;

/** Which population lives in a data folder, and how many times the app's traffic has run there. */
record StoredPlan(Population.Plan plan, int runs) {
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
            Instant.parse(stored.getProperty("now"))),
        Integer.parseInt(stored.getProperty("runs")));
  }

  void write(Path folder) {
    Properties stored = new Properties();
    stored.setProperty("customers", String.valueOf(plan.customers()));
    stored.setProperty("commentsPerCustomer", String.valueOf(plan.commentsPerCustomer()));
    stored.setProperty("seed", String.valueOf(plan.seed()));
    stored.setProperty("now", plan.now().toString());
    stored.setProperty("runs", String.valueOf(runs));
    try (Writer writer = Files.newBufferedWriter(folder.resolve(FILE))) {
      stored.store(writer, "the demo's customers in this folder");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(FILE), e);
    }
  }
}
