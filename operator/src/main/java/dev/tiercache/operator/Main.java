package dev.tiercache.operator;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.health.HttpEndpoints;
import dev.tiercache.operator.health.Readiness;
import dev.tiercache.operator.health.SelfCheck;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.leader.LeaseRelease;
import dev.tiercache.operator.metrics.KubernetesRequests;
import dev.tiercache.operator.metrics.OperatorMetrics;
import dev.tiercache.operator.observe.RedisWatch;
import dev.tiercache.operator.reconcile.CacheDeploymentReconciler;
import dev.tiercache.operator.reconcile.TokenBucketRateLimiter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.VersionInfo;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the operator together, starts it, and stops it in good order. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
    /** Since this minor version of Kubernetes 1, memory limits of running pods can be lowered too. */
    private static final int RESIZE_MINOR = 34;

    private Main() {}

    /**
     * Starts the operator, or with {@code --self-check} says whether it can read what it begins with, and ends.
     *
     * @param arguments none, or {@code --self-check}
     */
    public static void main(String[] arguments) {
        Settings settings;
        try {
            settings = Settings.from(System.getenv());
        } catch (Settings.InvalidSettingsException invalid) {
            System.err.println(invalid.getMessage());
            System.exit(2);
            return;
        }
        if (List.of(arguments).contains("--self-check")) {
            try (var client = new KubernetesClientBuilder().build()) {
                System.exit(SelfCheck.run(client, settings, System.out) ? 0 : 1);
            }
        }
        try {
            run(settings);
        } catch (IOException | RuntimeException failure) {
            LOG.error("the operator cannot start", failure);
            System.exit(1);
        }
    }

    private static void run(Settings settings) throws IOException {
        var leadership = settings.leaderElection() ? Leadership.byLease() : Leadership.alone();
        var metrics = new OperatorMetrics(leadership);
        var readiness = new Readiness();
        var http = HttpEndpoints.start(settings.httpPort(), readiness::waitingFor, metrics::scrape);
        var client = client(metrics.kubernetesRequests());
        var redis = new RedisWatch(settings.observeInterval(), metrics);
        var operator = new Operator(service -> configure(service, client, settings, leadership));
        var reconciler = new CacheDeploymentReconciler(
                settings, leadership, metrics, redis, resizesInPlace(client), Clock.systemUTC());
        operator.register(reconciler, controller -> configure(controller, settings));

        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            leadership.stop();
            operator.stop();
            redis.close();
            if (settings.leaderElection()) {
                LeaseRelease.release(client, settings.operatorNamespace(), settings.leaseName(), settings.podName());
            }
            http.close();
            metrics.close();
            client.close();
            LOG.info("stopped");
        }));
        operator.start();
        readiness.watch(operator);
        LOG.atInfo()
                .addKeyValue("namespaces", settings.watchNamespaces().isEmpty() ? "all" : settings.watchNamespaces())
                .addKeyValue("leaderElection", settings.leaderElection())
                .addKeyValue("port", http.port())
                .log("started");
    }

    private static KubernetesClient client(KubernetesRequests requests) {
        return new KubernetesClientBuilder()
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("requests", requests))
                .build();
    }

    /** Called twice by the SDK: nothing here may have an effect of its own. */
    private static void configure(
            ConfigurationServiceOverrider service, KubernetesClient client, Settings settings, Leadership leadership) {
        service.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(8)
                .withConcurrentWorkflowExecutorThreads(8)
                .withReconciliationTerminationTimeout(STOP_PATIENCE)
                .withDefaultNonSSAResource(Set.of())
                .withPreviousAnnotationForDependentResources(false)
                // A status that is written after an annotation was cleared must not be taken for older than that.
                .withParseResourceVersions(true);
        if (settings.leaderElection()) {
            service.withLeaderElectionConfiguration(
                    LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(settings.leaseName())
                            .withLeaseNamespace(settings.operatorNamespace())
                            .withIdentity(settings.podName())
                            .withLeaseDuration(Duration.ofSeconds(15))
                            .withRenewDeadline(Duration.ofSeconds(10))
                            .withRetryPeriod(Duration.ofSeconds(2))
                            .withExitOnStopLeading(false)
                            .withLeaderCallbacks(leadership.callbacks())
                            .build());
        }
    }

    private static void configure(ControllerConfigurationOverrider<CacheDeployment> controller, Settings settings) {
        controller
                .withName("cachedeployment")
                .withFieldManager(Names.MANAGER)
                // By default a change of an annotation is no event, and with it every own write of the status is one.
                .withGenerationAware(false)
                .withOnUpdateFilter(Main::isWish)
                .withRateLimiter(new TokenBucketRateLimiter(10, Duration.ofMillis(500)))
                // For ever, up to once a minute: whatever is wrong may be put right by somebody at any time.
                .withRetry(GenericRetry.defaultLimitedExponentialRetry()
                        .setInitialInterval(1_000)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(60_000)
                        .withoutMaxAttempts())
                .withReconciliationMaxInterval(Duration.ofMinutes(10));
        if (!settings.watchNamespaces().isEmpty()) {
            controller.settingNamespaces(settings.watchNamespaces());
        }
    }

    /** Whether somebody wants something else: another spec, or something by annotation. */
    static boolean isWish(CacheDeployment now, CacheDeployment before) {
        var meta = now.getMetadata();
        return !Objects.equals(meta.getGeneration(), before.getMetadata().getGeneration())
                || !Objects.equals(meta.getAnnotations(), before.getMetadata().getAnnotations());
    }

    private static boolean resizesInPlace(KubernetesClient client) {
        VersionInfo version = client.getKubernetesVersion();
        String minor = version.getMinor().replaceAll("\\D.*", "");
        boolean resizes = version.getMajor().equals("1") && !minor.isEmpty() && Integer.parseInt(minor) >= RESIZE_MINOR;
        LOG.atInfo()
                .addKeyValue("kubernetes", version.getGitVersion())
                .addKeyValue("inPlaceResize", resizes)
                .log("connected");
        return resizes;
    }
}
