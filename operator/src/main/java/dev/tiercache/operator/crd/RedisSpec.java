package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Redis, the second tier. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.config) || self.config.all(k, !k.matches('" + ConfigKeys.FORBIDDEN + "'))",
        fieldPath = ".config",
        message = "redis.config: bind, port, tls-*, dir, dbfilename, appendfilename, requirepass, masterauth,"
                + " masteruser, aclfile, user, replicaof, replica-announce-*, protected-mode, daemonize, supervised,"
                + " pidfile, include, loadmodule, rename-command, unixsocket*, logfile, syslog-*, cluster-*,"
                + " sentinel* and enable-* belong to the operator: remove the key")
@ValidationRule(
        value = "!has(self.config) || self.config.all(k, !k.matches('" + ConfigKeys.WITH_OWN_FIELD + "'))",
        fieldPath = ".config",
        message = "redis.config: maxmemory and maxmemory-policy are set by redis.memory, appendonly, appendfsync and"
                + " save by redis.persistence, min-replicas-* by redis.replicationSafety, replica-priority by the"
                + " annotation tiercache.dev/switchover: remove the key and set the field")
@ValidationRule(
        value = "!has(self.config) || self.config.all(k, k.matches('" + ConfigKeys.FORM + "'))",
        fieldPath = ".config",
        message = "redis.config: a key has at most 64 of a-z, 0-9 and '-', a letter first: write it in lower case")
public record RedisSpec(
        @JsonPropertyDescription("Image with redis-server, redis-cli and /bin/sh. Absent: the operator's default.")
        @Default("{}")
        ImageSpec image,

        @JsonPropertyDescription(
                "All Redis pods, the master among them: 1 with mode Standalone, 2 to 7 with mode Sentinel."
                        + " Absent: 1 and 3.")
        @Min(1)
        @Max(7)
        @Nullable
        Integer replicas,

        @JsonPropertyDescription("Memory of Redis.") @Default("{}")
        Memory memory,

        @JsonPropertyDescription(
                "What Redis writes to disk. Absent: an append-only file, synced every second, on a" + " volume of 2Gi.")
        @Default("{\"mode\": \"AppendOnly\", \"fsync\": \"EverySecond\", \"volume\": {\"size\": \"2Gi\"}}")
        Persistence persistence,

        @JsonPropertyDescription("Further keys of redis.conf, at most 64, keys in lower case, values of at most 512"
                + " characters. Live keys are applied to the running server, others by a supervised restart.")
        @Size(max = 64)
        Map<String, @Size(max = 512) String> config,

        @JsonPropertyDescription("CPU of the container redis.") @Default("{}")
        Cpu cpu,

        @JsonPropertyDescription("When a master that lost its replicas stops taking writes; only with mode Sentinel."
                + " Absent there: never. A change is applied without a restart.")
        @Nullable
        ReplicationSafety replicationSafety) {

    public static final RedisSpec DEFAULT =
            new RedisSpec(ImageSpec.DEFAULT, null, Memory.DEFAULT, Persistence.DEFAULT, Map.of(), Cpu.DEFAULT, null);

    public RedisSpec {
        image = Defaults.or(image, ImageSpec.DEFAULT);
        memory = Defaults.or(memory, Memory.DEFAULT);
        persistence = Defaults.or(persistence, Persistence.DEFAULT);
        config = Defaults.copy(config);
        cpu = Defaults.or(cpu, Cpu.DEFAULT);
    }

    /** When a master that lost its replicas stops taking writes, in mode Sentinel. */
    @JsonIgnore
    public ReplicationSafety effectiveSafety() {
        return Defaults.or(replicationSafety, ReplicationSafety.DEFAULT);
    }

    /** How much Redis may hold, and what it throws out when full. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value =
                    "!has(self.maxMemory) || !isQuantity(string(self.maxMemory)) || (quantity(string(self.maxMemory)).compareTo(quantity('16Mi')) >= 0"
                            + " && quantity(string(self.maxMemory)).compareTo(quantity('1Ti')) <= 0)",
            fieldPath = ".maxMemory",
            message = "redis.memory.maxMemory: expected 16Mi to 1Ti: choose a size in that range")
    @ValidationRule(
            value = "!has(self.limit) || !has(self.maxMemory) || !isQuantity(string(self.limit))"
                    + " || !isQuantity(string(self.maxMemory))"
                    + " || quantity(string(self.limit)).compareTo(quantity(string(self.maxMemory))) > 0",
            fieldPath = ".limit",
            message = "redis.memory.limit must exceed redis.memory.maxMemory (buffers and copies during rewrites need"
                    + " room): raise limit, or remove it to have it derived")
    public record Memory(
            @JsonPropertyDescription(
                    "maxmemory of Redis, in bytes, 16Mi to 1Ti. A change is applied without a restart.")
            @Default("512Mi")
            Quantity maxMemory,

            @JsonPropertyDescription("maxmemory-policy of Redis: what is evicted when maxMemory is reached."
                    + " A change is applied without a restart.")
            @Default("allkeys-lru")
            EvictionPolicy evictionPolicy,

            @JsonPropertyDescription("Memory request and limit of the container, in bytes, above maxMemory. Absent:"
                    + " maxMemory x 1.25 + 64Mi without persistence and replicas, maxMemory x 1.5 + 64Mi with either.")
            @Nullable
            Quantity limit) {

        static final Memory DEFAULT = new Memory(new Quantity("512Mi"), EvictionPolicy.ALLKEYS_LRU, null);

        public Memory {
            maxMemory = Defaults.or(maxMemory, new Quantity("512Mi"));
            evictionPolicy = Defaults.or(evictionPolicy, EvictionPolicy.ALLKEYS_LRU);
        }
    }

    /** What Redis writes to disk. Fields that the mode does not use are refused. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.fsync) || !has(self.mode) || self.mode in ['AppendOnly', 'AppendOnlyAndSnapshot']",
            fieldPath = ".fsync",
            message = "redis.persistence.fsync: only with mode AppendOnly or AppendOnlyAndSnapshot: remove it")
    @ValidationRule(
            value =
                    "!has(self.snapshotRules) || (has(self.mode) && self.mode in ['Snapshot', 'AppendOnlyAndSnapshot'])",
            fieldPath = ".snapshotRules",
            message = "redis.persistence.snapshotRules: only with mode Snapshot or AppendOnlyAndSnapshot: remove them")
    @ValidationRule(
            value = "!has(self.volume) || !has(self.mode) || self.mode != 'Disabled'",
            fieldPath = ".volume",
            message = "redis.persistence.volume: not with mode Disabled, which keeps nothing: remove it")
    @ValidationRule(
            value = "(has(self.mode) && self.mode == 'Disabled') || (has(oldSelf.mode) && oldSelf.mode == 'Disabled')"
                    + " || quantity(has(self.volume) && has(self.volume.size) ? string(self.volume.size) : '2Gi')"
                    + ".compareTo(quantity(has(oldSelf.volume) && has(oldSelf.volume.size)"
                    + " ? string(oldSelf.volume.size) : '2Gi')) >= 0",
            fieldPath = ".volume",
            message = "redis.persistence.volume.size: a volume only grows (without a size it has 2Gi):"
                    + " give the present size or a larger one")
    @ValidationRule(
            value = "(has(self.mode) && self.mode == 'Disabled') || (has(oldSelf.mode) && oldSelf.mode == 'Disabled')"
                    + " || (has(self.volume) && has(self.volume.storageClassName) ? self.volume.storageClassName : '')"
                    + " == (has(oldSelf.volume) && has(oldSelf.volume.storageClassName)"
                    + " ? oldSelf.volume.storageClassName : '')",
            fieldPath = ".volume",
            message = "redis.persistence.volume.storageClassName: the class of a volume cannot change: restore it, or"
                    + " create another CacheDeployment")
    public record Persistence(
            @JsonPropertyDescription(
                    "Disabled: nothing is written, a restart empties the cache. AppendOnly: every write is"
                            + " appended to a file. Snapshot: the whole data set, by snapshotRules.")
            @Default("AppendOnly")
            PersistenceMode mode,

            @JsonPropertyDescription(
                    "When the append-only file is synced to disk: Always (after each write), EverySecond"
                            + " (a crash loses at most about 1 s), Never (when the kernel does). Absent, where the mode uses it:"
                            + " EverySecond.")
            @Nullable
            Fsync fsync,

            @JsonPropertyDescription(
                    "A snapshot is taken when one of these is met; at most 8. Absent, where the mode uses"
                            + " them: 1 change within 900 seconds.")
            @Size(max = 8)
            List<SnapshotRule> snapshotRules,

            @JsonPropertyDescription("The volume. Absent, where the mode uses one: 2Gi of the default storage class.")
            @Nullable
            Volume volume) {

        static final Persistence DEFAULT =
                new Persistence(PersistenceMode.APPEND_ONLY, Fsync.EVERY_SECOND, List.of(), Volume.DEFAULT);

        public Persistence {
            mode = Defaults.or(mode, PersistenceMode.APPEND_ONLY);
            snapshotRules = Defaults.copy(snapshotRules);
        }

        /** Whether the data lie on a volume that survives the pod. */
        @JsonIgnore
        public boolean isDurable() {
            return mode != PersistenceMode.DISABLED;
        }

        @JsonIgnore
        public boolean isAppendOnly() {
            return mode == PersistenceMode.APPEND_ONLY || mode == PersistenceMode.APPEND_ONLY_AND_SNAPSHOT;
        }

        @JsonIgnore
        public boolean isSnapshot() {
            return mode == PersistenceMode.SNAPSHOT || mode == PersistenceMode.APPEND_ONLY_AND_SNAPSHOT;
        }

        /** The fsync policy that holds where there is an append-only file. */
        @JsonIgnore
        public Fsync effectiveFsync() {
            return Defaults.or(fsync, Fsync.EVERY_SECOND);
        }

        /** The rules that hold; none where the mode takes no snapshots. */
        @JsonIgnore
        public List<SnapshotRule> effectiveSnapshotRules() {
            if (!isSnapshot()) {
                return List.of();
            }
            return snapshotRules.isEmpty() ? List.of(SnapshotRule.DEFAULT) : snapshotRules;
        }

        /** The volume that holds where the mode uses one. */
        @JsonIgnore
        public Volume effectiveVolume() {
            return Defaults.or(volume, Volume.DEFAULT);
        }
    }

    /** A snapshot is due when that many keys changed within that time. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SnapshotRule(
            @JsonPropertyDescription("Time window, in seconds, 1 to 604800 (7 days).")
            @Default("900")
            @Min(1)
            @Max(604_800)
            Integer intervalSeconds,

            @JsonPropertyDescription("Number of changes, 1 to 1000000000.") @Default("1") @Min(1) @Max(1_000_000_000)
            Integer changes) {

        static final SnapshotRule DEFAULT = new SnapshotRule(900, 1);

        public SnapshotRule {
            intervalSeconds = Defaults.or(intervalSeconds, 900);
            changes = Defaults.or(changes, 1);
        }
    }

    /** The volume of each Redis pod. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value =
                    "!has(self.size) || !isQuantity(string(self.size)) || (quantity(string(self.size)).compareTo(quantity('64Mi')) >= 0"
                            + " && quantity(string(self.size)).compareTo(quantity('64Ti')) <= 0)",
            fieldPath = ".size",
            message = "redis.persistence.volume.size: expected 64Mi to 64Ti: choose a size in that range")
    @ValidationRule(
            value = "!has(self.storageClassName) || self.storageClassName.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
            fieldPath = ".storageClassName",
            message = "redis.persistence.volume.storageClassName: expected the name of a StorageClass (a-z, 0-9, '-',"
                    + " '.'): correct it, or remove it for the default class")
    public record Volume(
            @JsonPropertyDescription(
                    "Size, in bytes, 64Mi to 64Ti. It only grows, and only where the storage class allows" + " it.")
            @Default("2Gi")
            Quantity size,

            @JsonPropertyDescription("Storage class; it cannot change. Absent: the cluster's default class.")
            @Size(min = 1, max = 253)
            @Nullable
            String storageClassName) {

        static final Volume DEFAULT = new Volume(new Quantity("2Gi"), null);

        public Volume {
            size = Defaults.or(size, new Quantity("2Gi"));
        }
    }

    /** CPU of the container redis. A change restarts nothing where the cluster resizes pods in place. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.limit) || !has(self.request) || !isQuantity(string(self.limit))"
                    + " || !isQuantity(string(self.request))"
                    + " || quantity(string(self.limit)).compareTo(quantity(string(self.request))) >= 0",
            fieldPath = ".limit",
            message =
                    "redis.cpu.limit must not be below redis.cpu.request: raise limit, lower request, or remove limit")
    @ValidationRule(
            value =
                    "!has(self.limit) || !isQuantity(string(self.limit)) || quantity(string(self.limit)).isGreaterThan(quantity('0'))",
            fieldPath = ".limit",
            message = "redis.cpu.limit must be above 0: remove it for no limit")
    public record Cpu(
            @JsonPropertyDescription("CPU request, in cores: 100m is a tenth of one.") @Default("100m")
            Quantity request,

            @JsonPropertyDescription("CPU limit, in cores. Absent: none (a throttled Redis is a slow Redis).") @Nullable
            Quantity limit) {

        static final Cpu DEFAULT = new Cpu(new Quantity("100m"), null);

        public Cpu {
            request = Defaults.or(request, new Quantity("100m"));
        }
    }

    /** A bound for what a master cut off from its replicas can acknowledge and lose. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ReplicationSafety(
            @JsonPropertyDescription("min-replicas-to-write of Redis, 0 to 6: with fewer replicas that keep up, the"
                    + " master refuses writes. 0: it never does.")
            @Default("0")
            @Min(0)
            @Max(6)
            Integer minReplicasToWrite,

            @JsonPropertyDescription(
                    "min-replicas-max-lag of Redis: a replica keeps up if it was heard within that time,"
                            + " in seconds, 1 to 3600.")
            @Default("10")
            @Min(1)
            @Max(3_600)
            Integer maxLagSeconds) {

        static final ReplicationSafety DEFAULT = new ReplicationSafety(0, 10);

        public ReplicationSafety {
            minReplicasToWrite = Defaults.or(minReplicasToWrite, 0);
            maxLagSeconds = Defaults.or(maxLagSeconds, 10);
        }
    }

    public enum PersistenceMode {
        @JsonProperty("Disabled")
        DISABLED,
        @JsonProperty("AppendOnly")
        APPEND_ONLY,
        @JsonProperty("Snapshot")
        SNAPSHOT,
        @JsonProperty("AppendOnlyAndSnapshot")
        APPEND_ONLY_AND_SNAPSHOT
    }

    public enum Fsync {
        @JsonProperty("Always")
        ALWAYS("always"),
        @JsonProperty("EverySecond")
        EVERY_SECOND("everysec"),
        @JsonProperty("Never")
        NEVER("no");

        private final String redis;

        Fsync(String redis) {
            this.redis = redis;
        }

        /** The value of appendfsync. */
        public String redis() {
            return redis;
        }
    }

    public enum EvictionPolicy {
        @JsonProperty("noeviction")
        NOEVICTION("noeviction"),
        @JsonProperty("allkeys-lru")
        ALLKEYS_LRU("allkeys-lru"),
        @JsonProperty("allkeys-lfu")
        ALLKEYS_LFU("allkeys-lfu"),
        @JsonProperty("allkeys-random")
        ALLKEYS_RANDOM("allkeys-random"),
        @JsonProperty("volatile-lru")
        VOLATILE_LRU("volatile-lru"),
        @JsonProperty("volatile-lfu")
        VOLATILE_LFU("volatile-lfu"),
        @JsonProperty("volatile-random")
        VOLATILE_RANDOM("volatile-random"),
        @JsonProperty("volatile-ttl")
        VOLATILE_TTL("volatile-ttl");

        private final String redis;

        EvictionPolicy(String redis) {
            this.redis = redis;
        }

        /** The value of maxmemory-policy. */
        public String redis() {
            return redis;
        }
    }
}
