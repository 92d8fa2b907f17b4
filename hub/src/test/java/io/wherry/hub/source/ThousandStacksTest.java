package io.wherry.hub.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.source.OriginRepository.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One repository with 1,000 stacks: the share of the source stage in the hub's figures. The bounds are wide; a walk per stack breaks them. */
@Tag("long")
class ThousandStacksTest {
    private static final int STACKS = 1_000;

    @TempDir
    Path temporary;

    @Test
    void readingAndComparingAThousandStacksIsCheap() {
        try (SourceHarness hub = SourceHarness.in(temporary);
                OriginRepository origin = OriginRepository.create(temporary.resolve("fleet.git"))) {
            Map<String, Node> files = new TreeMap<>();
            files.put("base/common.env", origin.file("A=1"));
            for (int i = 0; i < STACKS; i++) {
                files.put("stacks/" + i + "/compose.yaml", origin.file("services: {web: {image: shop:" + i + "}}"));
            }
            String commit = origin.commit("main", files, "first");
            GitSource source = hub.source(origin);
            GitTree tree = hub.fetched(source, SourceHarness.MAIN);

            long began = System.nanoTime();
            Map<String, ReadSet> readSets = new LinkedHashMap<>();
            for (int i = 0; i < STACKS; i++) {
                GitTree own = tree.fresh();
                own.file("stacks/" + i + "/compose.yaml");
                own.file("stacks/" + i + "/.env");
                own.file("base/common.env");
                readSets.put("stack-" + i, own.readSet());
            }
            Duration reading = since(began);

            began = System.nanoTime();
            Map<String, String> deployed = new TreeMap<>();
            readSets.keySet().forEach(stack -> deployed.put(stack, commit));
            hub.checks.deployed(source, SourceHarness.MAIN, deployed);
            Duration noting = since(began);

            files.put("stacks/7/compose.yaml", origin.file("services: {web: {image: shop:new}}"));
            origin.commit("main", files, "second");
            began = System.nanoTime();
            GitTree next = hub.fetched(source, SourceHarness.MAIN);
            long changed = readSets.values().stream()
                    .filter(readSet -> !next.stillMatches(readSet))
                    .count();
            Duration moving = since(began);

            System.getLogger("figures")
                    .log(
                            System.Logger.Level.INFO,
                            "1,000 stacks: read {0}, noted {1}, fetched and compared {2}",
                            reading,
                            noting,
                            moving);
            assertThat(changed).isEqualTo(1);
        }
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
