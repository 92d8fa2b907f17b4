package io.wherry.contract.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The golden files of one kind of document: {@code golden/KIND/NAME.json}, and in {@code golden/KIND/expected.json} what a verifier must say
 * to each: {@code Good}, or the reason code. Rewrite with {@code -Dgolden.update=true}.
 */
final class Golden {
    static final Path FOLDER = Path.of("src/test/resources/golden");
    static final String GOOD = "Good";
    static final String INVALID = "Invalid";

    private final String kind;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> expected = new LinkedHashMap<>();

    Golden(String kind) {
        this.kind = kind;
    }

    Golden good(String name, byte[] bytes) {
        return add(name, bytes, GOOD);
    }

    Golden bad(String name, VerifyReason reason, byte[] bytes) {
        return add(name, bytes, reason.code());
    }

    /** For documents that are parsed alone: no verifier, no reason code. */
    Golden invalid(String name, byte[] bytes) {
        return add(name, bytes, INVALID);
    }

    private Golden add(String name, byte[] bytes, String verdict) {
        assertThat(files.put(name + ".json", bytes)).as(name).isNull();
        expected.put(name + ".json", verdict);
        return this;
    }

    /** One test per file: its bytes are as recorded, and the verifier says what is expected; and one for the list of files. */
    Stream<DynamicTest> tests(Function<byte[], String> verdict) {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest(kind + ": the list of files", this::checkList));
        files.forEach((name, bytes) -> tests.add(DynamicTest.dynamicTest(kind + "/" + name, () -> {
            assertThat(recorded(name, bytes)).as("the recorded bytes").isEqualTo(bytes);
            assertThat(verdict.apply(bytes)).as("verdict").isEqualTo(expected.get(name));
        })));
        return tests.stream();
    }

    private void checkList() throws IOException {
        Json list = Json.object().put("expected", expected).build();
        byte[] bytes = (JsonWriter.pretty(list) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(recorded("expected.json", bytes)).isEqualTo(bytes);
        try (Stream<Path> found = Files.list(FOLDER.resolve(kind))) {
            assertThat(found.map(file -> file.getFileName().toString()).filter(name -> !name.equals("expected.json")))
                    .isSubsetOf(files.keySet());
        }
    }

    private byte[] recorded(String name, byte[] bytes) {
        Path file = FOLDER.resolve(kind).resolve(name);
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
