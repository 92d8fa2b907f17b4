package io.wherry.contract.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.Outcome;
import io.wherry.contract.Phase;
import io.wherry.contract.Reason;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference pages say what the code does: examples are golden files, tables hold the code's numbers and words. */
class ReferencePagesTest {
    private static final Path PAGES = Path.of("../docs/reference");
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- golden: (\\S+)( payload| token)? -->\n```json\n(.*?)```\n", Pattern.DOTALL);

    private static String page(String name) throws IOException {
        return Files.readString(PAGES.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle-format.md", "agent-protocol.md", "transfer-file.md"})
    void examplesAreTheGoldenFiles(String name) throws IOException {
        String page = page(name);
        if (Boolean.getBoolean("golden.update")) {
            page = EXAMPLE.matcher(page).replaceAll(found -> Matcher.quoteReplacement(rewritten(found)));
            Files.writeString(PAGES.resolve(name), page);
        }
        var examples = EXAMPLE.matcher(page).results().toList();

        assertThat(examples).hasSize(page.split("```json", -1).length - 1).isNotEmpty();
        for (MatchResult example : examples) {
            assertThat(JsonReader.object(example.group(3).getBytes(UTF_8)))
                    .as(example.group(1))
                    .isEqualTo(golden(example));
        }
    }

    private static String rewritten(MatchResult found) {
        String json = JsonWriter.pretty(golden(found));
        return found.group().replace("```json\n" + found.group(3), "```json\n" + json + "\n");
    }

    private static Json.Obj golden(MatchResult example) {
        try {
            byte[] file = Files.readAllBytes(Golden.FOLDER.resolve(example.group(1)));
            return switch (example.group(2)) {
                case null -> JsonReader.object(file);
                case " payload" -> JsonReader.object(Envelope.parse(file).payload());
                default -> {
                    String token = JsonReader.object(file).string("token").substring(5);
                    yield JsonReader.object(Base64.getUrlDecoder().decode(token));
                }
            };
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void everyLimitIsThereWithItsValue() throws Exception {
        String page = page("bundle-format.md");
        for (Field limit : Limits.class.getFields()) {
            Object value = limit.get(null);
            String text = value instanceof Duration duration ? duration.toDays() + " days" : String.valueOf(value);
            assertThat(page).contains("| `" + limit.getName() + "` | " + text + " |");
        }
    }

    @Test
    void everyReasonOutcomePhaseAndFeatureIsThere() throws Exception {
        String page = page("bundle-format.md");
        for (VerifyReason reason : VerifyReason.values()) {
            assertThat(page).contains("`" + reason.code() + "`");
        }
        for (Enum<?> word : java.util.stream.Stream.concat(
                        Arrays.<Enum<?>>stream(Outcome.values()), Arrays.<Enum<?>>stream(Phase.values()))
                .toList()) {
            assertThat(page).contains("`" + Reason.camelCase(word.name()) + "`");
        }
        for (Field feature : Features.class.getFields()) {
            if (feature.get(null) instanceof String name) {
                String row = page.lines()
                        .filter(line -> line.startsWith("| `" + name + "`"))
                        .findFirst()
                        .orElseThrow();
                assertThat(row.contains("not understood")).as(name).isNotEqualTo(Features.UNDERSTOOD.contains(name));
            }
        }
    }

    @Test
    void everyCallOfTheProtoFileIsThere() throws Exception {
        String page = page("agent-protocol.md");
        String proto = Files.readString(Path.of("src/main/protobuf/wherry/v1/agent.proto"));
        var calls = Pattern.compile("rpc (\\w+)\\(")
                .matcher(proto)
                .results()
                .map(call -> call.group(1))
                .toList();

        assertThat(calls).hasSizeGreaterThanOrEqualTo(5);
        calls.forEach(call -> assertThat(page).contains("### " + call + "\n"));
    }
}
