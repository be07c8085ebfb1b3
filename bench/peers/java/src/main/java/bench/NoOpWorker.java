package bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
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
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A worker of the Java KCL with its defaults and a processor that does nothing but checkpoint after each batch. Reads RECORDS
 * records, prints the measurement as one line of JSON, and ends. Settings come from the environment.
 */
public final class NoOpWorker {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final AtomicLong RECORDS = new AtomicLong();
    private static final AtomicLong BYTES = new AtomicLong();

    private NoOpWorker() {}

    public static void main(String[] args) {
        long startedCpu = SYSTEM.getProcessCpuTime();
        long startedNanos = System.nanoTime();
        long wanted = Long.parseLong(setting("RECORDS"));
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("bench", "bench"));
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
        String stream = setting("STREAM");
        Runnable finish = () -> {
            double cpuSeconds = (SYSTEM.getProcessCpuTime() - startedCpu) / 1e9;
            double seconds = (System.nanoTime() - startedNanos) / 1e9;
            System.out.printf(
                    java.util.Locale.ROOT,
                    "{\"records\":%d,\"bytes\":%d,\"cpuSeconds\":%f,\"seconds\":%f,\"peakRssBytes\":%d}%n",
                    RECORDS.get(), BYTES.get(), cpuSeconds, seconds, peakRssBytes());
            System.out.flush();
            Runtime.getRuntime().halt(0);
        };
        var configs = new ConfigsBuilder(
                stream, setting("APPLICATION"), kinesis, dynamo, cloudWatch, "java", () -> new Processor(wanted, finish));
        var start = InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
        var leases = configs.leaseManagementConfig();
        leases.initialPositionInStream(start);
        new Scheduler(
                        configs.checkpointConfig(),
                        configs.coordinatorConfig(),
                        leases,
                        configs.lifecycleConfig(),
                        configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                        configs.processorConfig(),
                        configs.retrievalConfig()
                                .initialPositionInStreamExtended(start)
                                .retrievalSpecificConfig(new PollingConfig(stream, kinesis)))
                .run();
    }

    /** VmHWM of /proc/self/status; 0 where there is none. */
    private static long peakRssBytes() {
        try {
            for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (java.io.IOException nowhere) {
            return 0;
        }
        return 0;
    }

    private static String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    private record Processor(long wanted, Runnable finish) implements ShardRecordProcessor {
        @Override
        public void initialize(InitializationInput input) {}

        @Override
        public void processRecords(ProcessRecordsInput input) {
            long bytes = 0;
            for (var record : input.records()) {
                bytes += record.data().remaining();
            }
            BYTES.addAndGet(bytes);
            checkpoint(input.checkpointer());
            if (RECORDS.addAndGet(input.records().size()) >= wanted) {
                finish.run();
            }
        }

        @Override
        public void leaseLost(LeaseLostInput input) {}

        @Override
        public void shardEnded(ShardEndedInput input) {
            checkpoint(input.checkpointer());
        }

        @Override
        public void shutdownRequested(ShutdownRequestedInput input) {
            checkpoint(input.checkpointer());
        }

        private static void checkpoint(software.amazon.kinesis.processor.RecordProcessorCheckpointer checkpointer) {
            try {
                checkpointer.checkpoint();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
