package app.goalgpt.benchmarks.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * A bare scan: every key and value of a store that nobody has open, copied out of RocksDB one after
 * the other, by one thread, without Kafka Streams around it. The block cache is as large as
 * Streams'.
 */
public final class StoreScan {
  private static final long BLOCK_CACHE = 50L * 1024 * 1024;

  /**
   * @param entries how many there were
   * @param seconds by the clock, opening not included
   */
  public record Result(long entries, double seconds) {
    public Result plus(Result other) {
      return new Result(entries + other.entries, seconds + other.seconds);
    }

    public double perSecond() {
      return entries / seconds;
    }
  }

  private StoreScan() {}

  /**
   * Scans the stores one after the other.
   *
   * @param visitor gets each key and value
   */
  public static Result of(List<Path> stores, BiConsumer<byte[], byte[]> visitor)
      throws RocksDBException {
    RocksDB.loadLibrary();
    Result all = new Result(0, 0);
    for (Path store : stores) {
      all = all.plus(scan(store, visitor));
    }
    return all;
  }

  private static Result scan(Path store, BiConsumer<byte[], byte[]> visitor)
      throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (LRUCache cache = new LRUCache(BLOCK_CACHE);
        ColumnFamilyOptions options =
            new ColumnFamilyOptions()
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
        DBOptions dbOptions = new DBOptions();
        RocksDB database =
            RocksDB.openReadOnly(
                dbOptions,
                store.toString(),
                List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options)),
                handles);
        RocksIterator entries = database.newIterator(handles.get(0))) {
      long begin = System.nanoTime();
      long count = 0;
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        visitor.accept(entries.key(), entries.value());
        count++;
      }
      entries.status();
      Result result = new Result(count, (System.nanoTime() - begin) / 1e9);
      handles.forEach(ColumnFamilyHandle::close);
      return result;
    }
  }
}
