package app.goalgpt.topology;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory outside the heap that all state stores of an instance share: what was read, indexes
 * and filters, and what is not written to disk yet. Kafka Streams' default is a share for each
 * store of each partition, so that it grows with the partitions that an instance happens to have.
 */
final class StoreMemory implements AutoCloseable {
  /** Under which the stores find it among the configuration that they are given. */
  private static final String KEY = "goalgpt.store.memory";

  private static final long MEGABYTE = 1024L * 1024;

  /** Of the cache, kept for indexes and filters: without them each read is several. */
  private static final double FOR_INDEXES = 0.25;

  /** What a store takes for its first row; RocksDB's own choice is a megabyte. */
  private static final long FIRST_ROW = 64 * 1024;

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * @param megabytes of which up to half is for what is not written to disk yet
   */
  StoreMemory(int megabytes) {
    RocksDB.loadLibrary();
    this.cache = new LRUCache(megabytes * MEGABYTE, -1, false, FOR_INDEXES);
    this.writeBuffers = new WriteBufferManager(megabytes * MEGABYTE / 2, cache);
  }

  /** Makes the stores of what is started with these properties use it. */
  void addTo(Properties properties) {
    properties.put(KEY, this);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, Sharing.class);
  }

  /** To be called when the stores are closed. */
  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }

  /** Kafka Streams makes one for each store. */
  public static final class Sharing implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      StoreMemory memory = (StoreMemory) configs.get(KEY);
      BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setBlockCache(memory.cache);
      table.setCacheIndexAndFilterBlocks(true);
      table.setCacheIndexAndFilterBlocksWithHighPriority(true);
      table.setPinTopLevelIndexAndFilter(true);
      options.setTableFormatConfig(table);
      options.setWriteBufferManager(memory.writeBuffers);
      options.setArenaBlockSize(FIRST_ROW);
    }

    /** What it set is not the store's. */
    @Override
    public void close(String store, Options options) {}
  }
}
