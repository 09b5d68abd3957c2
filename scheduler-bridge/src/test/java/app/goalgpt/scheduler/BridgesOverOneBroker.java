package app.goalgpt.scheduler;

import app.goalgpt.embedded.EmbeddedKafka;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A broker for the class, and bridges of their own topics for each test. */
abstract class BridgesOverOneBroker {
  static EmbeddedKafka kafka;
  BridgeFixture bridges;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.temporary();
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @BeforeEach
  void open() {
    bridges = new BridgeFixture(kafka);
  }

  @AfterEach
  void close() {
    bridges.close();
  }
}
