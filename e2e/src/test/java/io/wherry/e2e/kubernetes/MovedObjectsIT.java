package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Neighbours;
import io.wherry.agent.runtime.Settled;
import io.wherry.contract.StackId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object that moves from one stack to another in one commit is never away, whichever of the two comes first. */
class MovedObjectsIT {
    private static final StackId OTHER = StackId.parse("1123456789abcdefghjkmnpqrs");

    @TempDir
    Path folder;

    private KubeSite site;
    private final Map<StackId, Optional<Set<String>>> assigned = new ConcurrentHashMap<>();
    private final Neighbours neighbours = new Neighbours() {
        @Override
        public Claim claim(StackId stack, String object) {
            return assigned.getOrDefault(stack, Optional.of(Set.of()))
                    .map(names -> names.contains(object) ? Claim.DECLARED : Claim.NONE)
                    .orElse(Claim.UNKNOWN);
        }

        @Override
        public Optional<String> wants(StackId besides, String object) {
            return assigned.keySet().stream()
                    .filter(stack -> !stack.equals(besides) && claim(stack, object) != Claim.NONE)
                    .map(stack -> object + " is wanted")
                    .findFirst();
        }
    };

    @BeforeEach
    void open() {
        site = new KubeSite("moved", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Deployment shop(String objects, String... mayDelete) {
        return site.next(objects, mayDelete).beside(neighbours);
    }

    private Deployment other(String objects, String... mayDelete) {
        Deployment one = site.next(objects, mayDelete);
        Deployment.Identity mine = one.identity();
        Deployment.Identity its = new Deployment.Identity(
                OTHER, "other", mine.generation(), mine.bundle(), mine.project(), folder.resolve("other/files"));
        return new Deployment(its, one.model(), one.files(), one.deletions(), one.timing()).beside(neighbours);
    }

    private void assign(StackId stack, String... objects) {
        assigned.put(
                stack,
                Optional.of(Set.of(objects).stream()
                        .map(name -> name.replace("NS", site.namespace))
                        .collect(java.util.stream.Collectors.toSet())));
    }

    private String moved() {
        return site.field("configmap/moving", ".metadata.uid");
    }

    private String owner() {
        return site.field("configmap/moving", ".metadata.labels.wherry\\.io/stack");
    }

    private Settled.Done committed(Deployment deployment) {
        return KubeSite.done(site.runtime.commit(deployment));
    }

    @Test
    void whoLosesItComesFirst() throws Exception {
        StackId shop = shop("").identity().stack();
        assign(shop, "ConfigMap/NS/moving", "ConfigMap/NS/a");
        site.release(shop(settings("moving", "1") + "," + settings("a", "1")));
        String uid = moved();
        assign(shop, "ConfigMap/NS/a");
        assigned.put(OTHER, Optional.empty()); // its content is still on its way

        Deployment without = shop(settings("a", "1"), "ConfigMap/NS/moving");
        site.apply(without);
        assertThat(committed(without).waits()).isPresent();
        assign(OTHER, "ConfigMap/NS/moving");
        Settled.Done done = committed(without);
        assertThat(done.waits()).isPresent();
        assertThat(done.leftovers()).isEmpty();
        assertThat(moved()).isEqualTo(uid);

        Deployment with = other(settings("moving", "2"));
        assertThat(site.apply(with)).containsExactly("ADJUSTED ConfigMap/NS/moving");
        committed(with);
        assertThat(committed(without)).isEqualTo(new Settled.Done(java.util.List.of(), java.util.List.of()));
        assertThat(moved()).isEqualTo(uid);
        assertThat(owner()).isEqualTo(OTHER.toString());
        assertThat(site.runtime.diff(with)).isEmpty();
    }

    @Test
    void whoGetsItComesFirstAndTheOtherNeitherTakesItBackNorDeletesIt() throws Exception {
        StackId shop = shop("").identity().stack();
        assign(shop, "ConfigMap/NS/moving", "ConfigMap/NS/a");
        Deployment before = shop(settings("moving", "1") + "," + settings("a", "1"));
        site.release(before);
        String uid = moved();
        assign(OTHER, "ConfigMap/NS/moving");
        Deployment with = other(settings("moving", "2"));
        assertThat(site.runtime.apply(with, ApplyMode.FULL))
                .as("both declare it")
                .isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.detail())
                        .contains("/moving: belongs to stack " + shop + " of this agent, which declares it too"));

        assign(shop, "ConfigMap/NS/a");
        assertThat(site.apply(with)).containsExactly("ADJUSTED ConfigMap/NS/moving");
        committed(with);
        site.kubectl("delete", "configmap/a");
        assertThat(site.runtime.diff(before))
                .extracting(d -> d.object().replace(site.namespace, "NS"))
                .containsExactly("ConfigMap/NS/a");
        assertThat(site.runtime.apply(before, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        Deployment without = shop(settings("a", "2"), "ConfigMap/NS/moving");
        site.release(without);

        assertThat(moved()).isEqualTo(uid);
        assertThat(owner()).isEqualTo(OTHER.toString());
        assertThat(site.runtime.diff(with)).isEmpty();
        site.rollback(without, Optional.of(before));
        assertThat(owner()).as("a way back leaves it too").isEqualTo(OTHER.toString());
    }

    @Test
    void aRemovalWaitsUntilItIsTakenAndAWayBackGivesItBack() throws Exception {
        StackId shop = shop("").identity().stack();
        assign(shop, "ConfigMap/NS/moving");
        site.release(shop(settings("moving", "1")));
        String uid = moved();
        assigned.remove(shop);
        assign(OTHER, "ConfigMap/NS/moving");
        Deployment gone = shop("", "ConfigMap/NS/moving");
        assertThat(KubeSite.done(site.runtime.remove(gone, false)).waits()).isPresent();

        Deployment failing = other(settings("moving", "2"));
        site.apply(failing);
        site.rollback(failing, Optional.empty());
        assertThat(owner()).isEqualTo(shop.toString());
        assertThat(site.field("configmap/moving", ".data.value")).isEqualTo("1");
        site.apply(other(settings("moving", "3")));

        assertThat(KubeSite.done(site.runtime.remove(gone, false)).leftovers()).isEmpty();
        assertThat(moved()).isEqualTo(uid);
        assertThat(site.exists("configmap/wherry-shop")).isFalse();
    }
}
