package app.goalgpt.connectors.capture;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for Kafka to have a record. */
final class Acknowledgement {
  private Acknowledgement() {}

  /**
   * @param what the record in words, for the message
   * @throws KafkaException when Kafka did not take it
   */
  static void await(Future<RecordMetadata> sent, String what) {
    try {
      sent.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException(
          "Kafka did not take %s: %s".formatted(what, e.getCause().getMessage()), e.getCause());
    }
  }
}
