package dev.tiercache.operator.observe;

import dev.tiercache.operator.observe.RedisConnections.RedisFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks one Redis everything the operator wants to know, within a deadline, and never throws. */
public final class RedisProbe {
    private final RedisConnections connections;
    private final Duration deadline;

    /** @param deadline longest time for one question round, connection included */
    public RedisProbe(RedisConnections connections, Duration deadline) {
        this.connections = connections;
        this.deadline = deadline;
    }

    /** The answer of a Redis now. A connection that did not answer in time is dropped. */
    public RedisAnswer ask(RedisTarget target) {
        var clock = new Countdown(deadline);
        try {
            var redis = connections.to(target, deadline).async();
            if (target.isSentinel()) {
                return SentinelQuestions.ask(redis, target.masterName(), clock);
            }
            // Sent together: one round trip. All three are allowed while Redis loads its data. The configuration first:
            // an answer that holds appendonly=yes then also tells of the rewrite that this began.
            var config = redis.configGet("*");
            var info = redis.info();
            var users = redis.aclList();
            return read(clock.await(info), clock.await(config), clock.await(users));
        } catch (RedisFailure failure) {
            String reason = String.valueOf(failure.getMessage());
            return failure.refused() ? new RedisAnswer.Refused(reason) : new RedisAnswer.Unreachable(reason);
        } catch (TimeoutException late) {
            connections.forget(target.podUid());
            return new RedisAnswer.Unreachable("no answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException failure) {
            var told = RedisFailure.of(failure);
            String reason = String.valueOf(told.getMessage());
            return told.refused() ? new RedisAnswer.Refused(reason) : new RedisAnswer.Unreachable(reason);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new RedisAnswer.Unreachable("interrupted");
        } catch (RuntimeException failure) {
            // Whatever the driver throws must not end the observation of this pod for good.
            connections.forget(target.podUid());
            return new RedisAnswer.Unreachable(RedisFailure.of(failure).getMessage() + "");
        }
    }

    private static RedisAnswer read(String info, Map<String, String> config, List<String> users) {
        Map<String, String> facts = Replies.facts(info);
        Map<String, RedisUser> byName = byName(users);
        return new RedisAnswer.Answering(
                facts.getOrDefault("role", ""),
                "1".equals(facts.get("loading")) || "1".equals(facts.get("async_loading")),
                "1".equals(facts.get("aof_rewrite_in_progress")) || "1".equals(facts.get("aof_rewrite_scheduled")),
                facts.getOrDefault("redis_version", ""),
                persistenceFailure(facts),
                withoutSecrets(config),
                byName,
                replication(facts));
    }

    private static RedisAnswer.Replication replication(Map<String, String> facts) {
        boolean syncing = "1".equals(facts.get("master_sync_in_progress"));
        return new RedisAnswer.Replication(
                facts.getOrDefault("master_host", ""),
                "up".equals(facts.get("master_link_status")) && !syncing,
                // -1 where there was no link yet.
                Long.parseLong(facts.getOrDefault("master_link_down_since_seconds", "-1")) >= 0,
                Integer.parseInt(facts.getOrDefault("connected_slaves", "0")),
                // A line for each database with keys: db0:keys=1,…
                facts.keySet().stream().anyMatch(key -> key.matches("db\\d+")));
    }

    /** The lines of ACL LIST. */
    static Map<String, RedisUser> byName(List<String> users) {
        Map<String, RedisUser> byName = new HashMap<>();
        for (String line : users) {
            RedisUser user = RedisUser.parse(line);
            byName.put(user.name(), user);
        }
        return byName;
    }

    private static Map<String, String> withoutSecrets(Map<String, String> config) {
        var kept = new HashMap<>(config);
        kept.keySet().removeAll(List.of("requirepass", "masterauth", "tls-key-file-pass", "tls-client-key-file-pass"));
        return kept;
    }

    /** Fields of {@code INFO persistence} that say {@code ok} or {@code err}. */
    private static String persistenceFailure(Map<String, String> facts) {
        for (String field : List.of("aof_last_write_status", "rdb_last_bgsave_status", "aof_last_bgrewrite_status")) {
            String status = facts.getOrDefault(field, "ok");
            if (!status.equals("ok")) {
                return field + " is " + status;
            }
        }
        return "";
    }

    /** What is left of the deadline for the next wait. */
    static final class Countdown {
        private final long end;

        Countdown(Duration length) {
            this.end = System.nanoTime() + length.toNanos();
        }

        <T> T await(Future<T> answer) throws TimeoutException, ExecutionException, InterruptedException {
            return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }
}
