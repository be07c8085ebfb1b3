package interop;

import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * One worker of the Java KCL, of 2.x or 3.x, whichever is on the classpath. Everything that it does is appended to a journal.
 * Settings come from the environment: STREAM, APPLICATION, WORKER_ID, JOURNAL, KINESIS_ENDPOINT, DYNAMODB_ENDPOINT,
 * FAILOVER_MS, and for 3.x MODE, the name of a CoordinatorConfig.ClientVersionConfig. SIGTERM stops it gracefully.
 */
public final class JavaWorker {
    private static final long STOP_SECONDS = 20;
    /** A shard's parent is looked at this often by those who wait for its end. The KCL's default of ten seconds is long for a test. */
    private static final long PARENT_POLL_MS = 1000;

    private JavaWorker() {}

    public static void main(String[] args) throws Exception {
        endWithParent();
        long failoverMs = Long.parseLong(setting("FAILOVER_MS"));
        String stream = setting("STREAM");
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        var kinesis = KinesisAsyncClient.builder()
                .endpointOverride(URI.create(setting("KINESIS_ENDPOINT")))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).maxConcurrency(200))
                .build();
        var dynamo = DynamoDbAsyncClient.builder()
                .endpointOverride(URI.create(setting("DYNAMODB_ENDPOINT")))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .build();
        // Never called: the metrics below go nowhere.
        var cloudWatch = CloudWatchAsyncClient.builder()
                .endpointOverride(URI.create(setting("DYNAMODB_ENDPOINT")))
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .build();
        var journal = new Journal(setting("JOURNAL"));
        var workerId = System.getenv().getOrDefault("WORKER_ID", UUID.randomUUID().toString());
        var configs = new ConfigsBuilder(
                stream, setting("APPLICATION"), kinesis, dynamo, cloudWatch, workerId, () -> new JournalProcessor(journal));
        var coordinator = configs.coordinatorConfig().parentShardPollIntervalMillis(PARENT_POLL_MS);
        chooseMode(coordinator, System.getenv("MODE"));
        var leases = configs.leaseManagementConfig().failoverTimeMillis(failoverMs);
        String steal = System.getenv("MAX_STEAL");
        if (steal != null) {
            leases.maxLeasesToStealAtOneTime(Integer.parseInt(steal));
        }
        leases.initialPositionInStream(
                InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON));
        var polling = new PollingConfig(stream, kinesis);
        String idle = System.getenv("IDLE_READ_MS");
        if (idle != null) {
            polling.idleTimeBetweenReadsInMillis(Long.parseLong(idle));
        }
        var scheduler = new Scheduler(
                configs.checkpointConfig(),
                coordinator,
                leases,
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig(),
                configs.retrievalConfig()
                        .initialPositionInStreamExtended(
                                InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON))
                        .retrievalSpecificConfig(polling));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                scheduler.startGracefulShutdown().get(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (Exception failure) {
                System.err.println("graceful shutdown: " + failure);
            }
        }));
        scheduler.run();
    }

    /** The pipe to the parent closes when the parent is gone, however it went; nothing is ever sent over it. */
    private static void endWithParent() {
        var watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException gone) {
                // As good as closed.
            }
            Runtime.getRuntime().halt(1);
        });
        watch.setDaemon(true);
        watch.start();
    }

    /** Only 3.x has modes; 2.x has neither the method nor its type. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void chooseMode(CoordinatorConfig coordinator, String mode) throws ReflectiveOperationException {
        if (mode == null || mode.isEmpty()) {
            return;
        }
        Class type = Class.forName(CoordinatorConfig.class.getName() + "$ClientVersionConfig");
        CoordinatorConfig.class.getMethod("clientVersionConfig", type).invoke(coordinator, Enum.valueOf(type, mode));
    }

    private static String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }
}
