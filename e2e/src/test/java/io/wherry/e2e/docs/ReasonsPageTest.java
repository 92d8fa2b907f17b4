package io.wherry.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/reference/reasons.md holds every reason code of every enum, with what its Javadoc says. Rewrite with {@code -Dgolden.update=true}.
 */
class ReasonsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/reasons.md");
    private static final Pattern ENUM = Pattern.compile("enum (\\w+)\\s+implements [^{]*\\bReason\\b");
    private static final Pattern TAG = Pattern.compile("\\{@(?:code|link|linkplain) ([^}]*)}");
    private static final String HEAD = """
            # Reason codes

            <!-- Made from the enums that implement Reason; a test compares. Rewrite with -Dgolden.update=true. -->

            A reason is stable: it is what conditions, events, audit records and metrics carry, and what to search for.

            | Code | Of | Means |
            |---|---|---|
            """;

    private record Row(String code, String owner, String meaning) {
        @Override
        public String toString() {
            return "| `" + code + "` | " + owner + " | " + meaning + " |\n";
        }
    }

    @Test
    void thePageHoldsEveryReasonOfTheCode() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        List<Row> rows = rows();
        rows.stream().sorted((a, b) -> a.toString().compareTo(b.toString())).forEach(page::append);

        assertThat(rows).as("the enums were found").hasSizeGreaterThan(30);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page.toString());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String module : List.of("proto", "hub", "agent")) {
            Path sources = Path.of("..", module, "src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith("Reason.java")).toList()) {
                    rows.addAll(rows(module, sources.relativize(file), Files.readString(file)));
                }
            }
        }
        return rows;
    }

    private static List<Row> rows(String module, Path file, String source) {
        Matcher declared = ENUM.matcher(source);
        if (!declared.find()) {
            return List.of(); // the interface itself
        }
        String type = file.toString().replace(".java", "").replace('/', '.');
        String owner = module + " "
                + type.substring("io.wherry.".length(), type.lastIndexOf('.')).replaceFirst("^(hub|agent)\\.", "");
        List<Row> rows = new ArrayList<>();
        for (Reason reason : reasons(type)) {
            rows.add(new Row(reason.code(), owner, meaning(source.substring(declared.end()), reason.name())));
        }
        return rows;
    }

    private static List<Reason> reasons(String type) {
        try {
            Object[] constants = Class.forName(type).getEnumConstants();
            return Stream.of(constants).map(Reason.class::cast).toList();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(type + ": not on the class path of the tests", e);
        }
    }

    /** What stands before the constant, on one line. */
    private static String meaning(String body, String constant) {
        Matcher javadoc = Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+" + constant + "\\b", Pattern.DOTALL)
                .matcher(body);
        if (!javadoc.find()) {
            return "";
        }
        String text = javadoc.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip();
        return TAG.matcher(text).replaceAll("`$1`").replace("|", "\\|");
    }
}
