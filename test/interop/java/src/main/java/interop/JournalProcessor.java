package interop;

import java.nio.charset.StandardCharsets;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Appends every record to the journal, then checkpoints its batch. */
final class JournalProcessor implements ShardRecordProcessor {
    private final Journal journal;
    private String shardId;
    private String last;

    JournalProcessor(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.shardId();
        journal.write(Journal.line("start", shardId, input.extendedSequenceNumber().sequenceNumber()));
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        if (input.records().isEmpty()) {
            return;
        }
        var lines = new StringBuilder();
        for (KinesisClientRecord record : input.records()) {
            last = record.sequenceNumber();
            lines.append(Journal.line("record", shardId, last, StandardCharsets.UTF_8.decode(record.data()).toString()));
        }
        journal.write(lines.toString());
        checkpoint(input.checkpointer());
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
        // A lease can be lost before its shard was started.
        if (shardId != null) {
            journal.write(Journal.line("lost", shardId));
        }
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        try {
            input.checkpointer().checkpoint();
            journal.write(Journal.line("end", shardId));
        } catch (ShutdownException | InvalidStateException failure) {
            journal.write(Journal.line("refused", shardId, failure.getClass().getSimpleName()));
        }
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        journal.write(Journal.line("handover", shardId));
        if (last != null) {
            checkpoint(input.checkpointer());
        }
    }

    private void checkpoint(RecordProcessorCheckpointer checkpointer) {
        try {
            checkpointer.checkpoint(last);
            journal.write(Journal.line("checkpoint", shardId, last));
        } catch (ShutdownException | InvalidStateException failure) {
            journal.write(Journal.line("refused", shardId, failure.getClass().getSimpleName()));
        }
    }
}
