package app.goalgpt.embedded;

import java.nio.file.Path;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Starts Kafka in a folder, commits a record, prints the address, and waits to be killed. */
final class KafkaMain {
  private KafkaMain() {}

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.in(Path.of(arguments[0]))) {
      EmbeddedKafkaTest.create(kafka);
      try (KafkaProducer<String, String> producer = EmbeddedKafkaTest.producer(kafka)) {
        producer.initTransactions();
        EmbeddedKafkaTest.send(producer, "acknowledged");
        producer.commitTransaction();
      }
      // A broker that is killed between a commit and its markers may never write them after the
      // restart (KAFKA-20734): whoever reads committed records only would wait for ever.
      EmbeddedKafkaTest.read(kafka);
      System.out.println(kafka.bootstrapServers());
      Thread.currentThread().join();
    }
  }
}
