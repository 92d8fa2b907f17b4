package io.wherry.hub.configuration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What ends by a commit, and what waits. */
class PruningTest {
    private static final String API = "apiVersion: wherry.io/v1alpha1\n";

    private static Stored<Resource> group(String name) {
        return stored(API + "kind: Group\nmetadata: {name: " + name + "}\nspec: {selector: a=b}\n");
    }

    private static Stored<Resource> stack(String name, String more) {
        return stored(
                API + "kind: Stack\nmetadata: {name: " + name + "}\nspec: {sourceRef: main, path: a" + more + "}\n");
    }

    private static Stored<Resource> stored(String yaml) {
        Resource resource = ResourceYaml.parse("a.yaml", yaml.getBytes(UTF_8)).getFirst();
        return new Stored<>(
                resource,
                resource.name(),
                1,
                1,
                Stored.Applied.BY_HAND,
                new Stored.Times(Instant.EPOCH, Instant.EPOCH, Optional.empty()));
    }

    private static List<Stored<Resource>> groups(int count) {
        return IntStream.range(0, count).mapToObj(i -> group("g" + i)).toList();
    }

    private static List<Stored<Stack>> stacks(Stream<Stored<Resource>> stored) {
        return stored.map(one -> one.as(Stack.class)).toList();
    }

    private static List<String> names(Pruning pruning) {
        return pruning.going().stream().map(Stored::name).toList();
    }

    @Test
    void threeObjectsMayEndHoweverFewThereAre() {
        assertThat(names(Pruning.of(groups(3), List.of(), 4, false, false))).hasSize(3);
    }

    @Test
    void moreThanThreeEndUpToTheShare() {
        assertThat(names(Pruning.of(groups(6), List.of(), 20, false, false))).hasSize(6);
        Pruning many = Pruning.of(groups(7), List.of(), 20, true, false);
        assertThat(names(many)).isEmpty();
        assertThat(many.waiting())
                .hasSize(7)
                .contains("Group/g0 is no longer declared: 7 of 20 objects would end at once");
        assertThat(names(Pruning.of(groups(7), List.of(), 20, false, true))).hasSize(7);
    }

    @Test
    void aStackEndsWhereItMayOrAPersonAgrees() {
        var shop = stack("shop", "");
        var all = stacks(Stream.of(shop));
        assertThat(names(Pruning.of(List.of(shop), all, 10, false, false))).isEmpty();
        assertThat(names(Pruning.of(List.of(shop), all, 10, true, false))).containsExactly("shop");
        assertThat(names(Pruning.of(List.of(shop), all, 10, false, true))).containsExactly("shop");
    }

    @Test
    void aPolicyHoldsWhoeverAgreed() {
        var policy = stored(
                API + "kind: Policy\nmetadata: {name: p}\nspec: {agentSelector: a=b, require: {pinnedRefs: true}}\n");
        Pruning pruning = Pruning.of(List.of(policy), List.of(), 10, true, true);
        assertThat(names(pruning)).isEmpty();
        assertThat(pruning.waiting())
                .containsExactly("Policy/p is no longer declared, and holds until an administrator deletes it");
        assertThat(Pruning.isDeletion(pruning.waiting().getFirst())).isFalse();
    }

    @Test
    void whatAStackThatStaysNeedsStaysWhoeverAgreed() {
        var shop = stack("shop", ", targets: [{group: north}], dependsOn: [base]");
        var base = stack("base", "");
        var gone = List.of(base, group("north"), group("south"));
        Pruning pruning = Pruning.of(gone, stacks(Stream.of(shop, base)), 10, true, true);

        assertThat(names(pruning)).containsExactly("south");
        assertThat(pruning.waiting())
                .containsExactly(
                        "Stack/base is no longer declared: stack shop needs it",
                        "Group/north is no longer declared: stack shop needs it");
    }

    @Test
    void whatGoesTogetherNeedsNothingOfEachOther() {
        var shop = stack("shop", ", targets: [{group: north}]");
        assertThat(names(Pruning.of(List.of(shop, group("north")), stacks(Stream.of(shop)), 10, true, false)))
                .containsExactly("shop", "north");
        assertThat(names(Pruning.of(List.of(shop, group("north")), stacks(Stream.of(shop)), 10, false, false)))
                .isEmpty();
    }
}
