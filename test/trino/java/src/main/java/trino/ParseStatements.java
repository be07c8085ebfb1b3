package trino;

import io.trino.sql.parser.ParsingException;
import io.trino.sql.parser.SqlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Parses every file of a folder as one statement of Trino, and prints a line for each: its name, and what is wrong with it if anything is. */
public final class ParseStatements {
    private ParseStatements() {}

    public static void main(String[] args) throws IOException {
        SqlParser parser = new SqlParser();
        List<Path> files;
        try (Stream<Path> listed = Files.list(Path.of(args[0]))) {
            files = listed.sorted().toList();
        }
        for (Path file : files) {
            String fault = "";
            try {
                parser.createStatement(Files.readString(file));
            } catch (ParsingException e) {
                fault = e.getMessage().replace('\n', ' ');
            }
            System.out.println(file.getFileName() + "\t" + fault);
        }
    }
}
