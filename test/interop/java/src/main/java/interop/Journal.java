package interop;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What a worker did, a line each: kind, time in milliseconds, shard and what else there is, with tabs between. The same format as
 * test/chaos/journal.ts. A line is with the operating system before the call returns, so a killed process loses none.
 */
final class Journal {
    private final FileOutputStream file;

    Journal(String path) throws IOException {
        file = new FileOutputStream(path, true);
    }

    /** Adds lines in one piece. */
    synchronized void write(String lines) {
        try {
            file.write(lines.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new IllegalStateException("the journal cannot be written", failure);
        }
    }

    static String line(String kind, String shardId, String... more) {
        var now = Instant.now();
        double timeMs = now.getEpochSecond() * 1000.0 + now.getNano() / 1e6;
        return kind + '\t' + String.format("%.3f", timeMs) + '\t' + shardId + (more.length == 0 ? "" : '\t' + String.join("\t", more))
                + '\n';
    }
}
