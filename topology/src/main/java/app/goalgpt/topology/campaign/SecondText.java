package app.goalgpt.topology.campaign;

import app.goalgpt.topology.job.Variant;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The text that a campaign tries against its own, and on whom. The split hangs on the two ids and
 * nothing else: the same customer gets the same text of a campaign whoever asks, whenever, and of
 * each campaign anew. In SQL it is
 *
 * <pre>('x' || left(md5(campaign_id || '/' || customer_id), 8))::bit(32)::bigint % 100</pre>
 *
 * with both ids as lower-case text.
 *
 * @param share percent of the customers who get it, 1 to 99: those whose number is below it, so
 *     that a larger share takes nobody off it
 * @param titleTr null where the campaign's own is kept, as are the others
 */
record SecondText(int share, String titleTr, String titleEn, String bodyTr, String bodyEn) {

  Variant of(UUID campaignId, UUID customerId) {
    return number(campaignId, customerId) < share ? Variant.B : Variant.A;
  }

  /**
   * From 0 to 99, all alike. The first 32 bits of the MD5, which a name-based uuid leaves alone.
   */
  static int number(UUID campaignId, UUID customerId) {
    byte[] ids = (campaignId + "/" + customerId).getBytes(StandardCharsets.US_ASCII);
    long head = UUID.nameUUIDFromBytes(ids).getMostSignificantBits() >>> 32;
    return (int) (head % 100);
  }
}
