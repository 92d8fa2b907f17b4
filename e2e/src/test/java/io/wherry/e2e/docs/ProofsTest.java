package io.wherry.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to be proven, and the tests and scripts that are said to show it. */
class ProofsTest {
    /** {@code DatabaseTest}, {@code DatabaseTest.keepsWhatWasWritten}, or the name of a test alone: then of the class named before. */
    private static final Pattern NAMED =
            Pattern.compile("`(?:([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?|([a-z]+[A-Z]\\w{12,}))`");

    private static final Pattern SCRIPT = Pattern.compile("`(e2e/\\S+\\.sh)");

    private static final Map<String, String> CLASSES = new TreeMap<>();

    @BeforeAll
    static void readThem() throws IOException {
        for (Path file : Checkout.files("java")) {
            String name = file.getFileName().toString().replace(".java", "");
            if (name.endsWith("Test") || name.endsWith("IT")) {
                CLASSES.merge(name, Files.readString(file), String::concat); // several packages may have one of a name
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reliability.md", "security.md"})
    void everyProofIsThereUnderItsName(String page) throws IOException {
        String text = Files.readString(Checkout.ROOT.resolve("docs").resolve(page));
        List<String> named = named(text);

        assertThat(named).hasSizeGreaterThan(50);
        assertThat(named).filteredOn(name -> !exists(name)).isEmpty();
        SCRIPT.matcher(text).results().map(script -> script.group(1)).forEach(script -> assertThat(
                        Checkout.ROOT.resolve(script))
                .exists());
    }

    @Test
    void aProofThatIsNotThereIsFound() {
        assertThat(named("| `ProofsTest`, `aProofThatIsNotThereIsFound` | `NoSuchTest` and `ProofsTest.proves` |"))
                .filteredOn(name -> !exists(name))
                .containsExactly("NoSuchTest", "ProofsTest.proves");
    }

    private static List<String> named(String text) {
        List<String> named = new ArrayList<>();
        String before = "";
        Matcher match = NAMED.matcher(text);
        while (match.find()) {
            if (match.group(1) != null) {
                before = match.group(1);
                named.add(match.group(2) == null ? before : before + "." + match.group(2));
            } else {
                named.add(before + "." + match.group(3));
            }
        }
        return named;
    }

    private static boolean exists(String name) {
        String[] parts = name.split("\\.", 2);
        String source = CLASSES.getOrDefault(parts[0], "");
        return !source.isEmpty() && (parts.length == 1 || source.contains("void " + parts[1] + "("));
    }
}
