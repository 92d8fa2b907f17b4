package io.wherry.hub.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.db.Database;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceRepositoryTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir
    Path folder;

    private final AtomicInteger uid = new AtomicInteger();
    private Database db;
    private ResourceRepository resources;

    @BeforeEach
    void open() {
        db = Database.open(folder.resolve("hub.db"));
        resources = new ResourceRepository(db, CLOCK, () -> "uid" + uid.incrementAndGet());
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void keepsWhatWasPut() {
        put(stack("web", List.of()));

        Stored<Stack> found = resources.find(Stack.class, "web").orElseThrow();
        assertThat(found.resource()).isEqualTo(stack("web", List.of()));
        assertThat(found.uid()).isEqualTo("uid1");
        assertThat(found.generation()).isEqualTo(1);
        assertThat(found.etag()).isEqualTo("\"1\"");
    }

    @Test
    void generationRisesWithTheSpecAndVersionWithAnyChange() {
        put(agent("a", Map.of(), false));
        Put labelled = put(agent("a", Map.of("x", "y"), false));
        Put suspended = put(agent("a", Map.of("x", "y"), true));

        assertThat(labelled).isInstanceOfSatisfying(Put.Changed.class, c -> {
            assertThat(c.now().generation()).isEqualTo(1);
            assertThat(c.now().resourceVersion()).isEqualTo(2);
        });
        assertThat(suspended).isInstanceOfSatisfying(Put.Changed.class, c -> {
            assertThat(c.now().generation()).isEqualTo(2);
            assertThat(c.before().resourceVersion()).isEqualTo(2);
        });
    }

    @Test
    void putTwiceIsUnchanged() {
        put(stack("web", List.of()));
        assertThat(put(stack("web", List.of()))).isInstanceOf(Put.Unchanged.class);
        assertThat(resources.find(Stack.class, "web").orElseThrow().resourceVersion())
                .isEqualTo(1);
    }

    @Test
    void refusesAChangeOfWhatSomebodyElseChanged() {
        put(agent("a", Map.of(), false));
        put(agent("a", Map.of("x", "y"), false));
        Put late = db.write(h -> resources.put(h, agent("a", Map.of(), true), Optional.of(1L), Optional.empty()));
        Put onNothing = db.write(h -> resources.put(h, agent("b", Map.of(), true), Optional.of(1L), Optional.empty()));

        assertThat(late).isInstanceOf(Put.Conflict.class);
        assertThat(onNothing).isInstanceOf(Put.Conflict.class);
    }

    @Test
    void refusesADependencyCycleAndNamesIt() {
        put(stack("a", List.of("b")));
        put(stack("b", List.of("c", "missing")));
        Put closing = put(stack("c", List.of("a")));

        assertThat(closing).isInstanceOfSatisfying(Put.Refused.class, refused -> assertThat(refused.detail())
                .isEqualTo("dependsOn: they would wait for each other: c -> a -> b -> c"));
        assertThat(resources.find(Stack.class, "c")).isEmpty();
    }

    @Test
    void listsInPartsByNameAndSelector() {
        for (int i = 0; i < 25; i++) {
            put(agent("a" + i, Map.of("even", Boolean.toString(i % 2 == 0)), false));
        }
        List<String> names = new ArrayList<>();
        Optional<String> next = Optional.empty();
        int parts = 0;
        do {
            Page<Stored<Resource>> page = resources.list(ResourceKind.AGENT, Selector.parse("even=true"), 5, next);
            page.items().forEach(item -> names.add(item.name()));
            next = page.next();
            parts++;
        } while (next.isPresent());

        assertThat(parts).isEqualTo(3);
        assertThat(names).hasSize(13).isSorted().doesNotHaveDuplicates();
        assertThatThrownBy(() -> resources.list(ResourceKind.AGENT, Selector.ALL, 5, Optional.of("?")))
                .hasMessageContaining("continue");
    }

    @Test
    void whatIsBeingDeletedStaysAndCannotChange() {
        put(stack("web", List.of()));
        db.run(h -> resources.beginDelete(h, ResourceKind.STACK, "web"));

        assertThat(resources.find(Stack.class, "web").orElseThrow().deleting()).isPresent();
        assertThat(put(stack("web", List.of("x")))).isInstanceOf(Put.Conflict.class);
        boolean gone = db.write(h -> resources.delete(h, ResourceKind.STACK, "web"));
        assertThat(gone).isTrue();
        assertThat(put(stack("web", List.of()))).isInstanceOfSatisfying(Put.Created.class, created -> assertThat(
                        created.now().uid())
                .isEqualTo("uid2"));
    }

    @Test
    void aSetHoldsWhatWasLastAppliedWithIt() {
        put(stack("one", List.of()), "shop");
        put(agent("a", Map.of(), false), "shop");
        put(stack("two", List.of()), "other");
        put(stack("one", List.of()), "other"); // unchanged, and now of the other set
        put(agent("a", Map.of(), true)); // changed by hand: still of its set

        assertThat(inSet("shop")).extracting(Stored::name).containsExactly("a");
        assertThat(inSet("other")).extracting(Stored::name).containsExactly("one", "two");
    }

    @Test
    void aSetIsTakenAwayInTheOrderInWhichNothingIsMissed() {
        put(stack("a", List.of()), "shop");
        put(stack("b", List.of("a")), "shop");
        put(stack("c", List.of("b")), "shop");
        put(stack("d", List.of()), "shop");

        assertThat(inSet("shop")).extracting(Stored::name).containsExactly("c", "b", "a", "d");
    }

    private List<Stored<Resource>> inSet(String set) {
        return db.read(handle -> resources.inSet(handle, set));
    }

    private Put put(Resource resource) {
        return db.write(h -> resources.put(h, resource, Optional.empty(), Optional.empty()));
    }

    private void put(Resource resource, String set) {
        db.run(h -> resources.put(h, resource, Optional.empty(), Optional.of(set)));
    }

    private static Agent agent(String name, Map<String, String> labels, boolean suspend) {
        return new Agent(Metadata.of(name, labels), new TreeMap<>(), suspend);
    }

    private static Stack stack(String name, List<String> dependsOn) {
        return new Stack(
                Metadata.of(name),
                new StackSource("shop", Optional.empty(), Optional.empty(), ""),
                ComposeSpec.DEFAULT,
                List.of(new Target(Optional.empty(), new Target.Agents.Selected(Selector.parse("region=north")))),
                new Stack.Values(new TreeMap<>(Map.of("TAG", "1")), List.of()),
                new ApplySpec(SyncSpec.DEFAULT, true, ApplySpec.Health.DEFAULT, dependsOn, false, Optional.empty()),
                ImagesSpec.DEFAULT);
    }
}
