package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.KubernetesSettings;
import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import io.wherry.agent.runtime.kubernetes.images.RegistryPlace;
import io.wherry.agent.runtime.kubernetes.images.SiteRegistry;
import io.wherry.contract.CarriedImage;
import io.wherry.e2e.docker.TestImages;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of bundle files by a real registry of the site, with TLS by an authority of its own and a login, which the node's containerd takes for a mirror. */
class SiteRegistryIT {
    /** Does not exist. */
    private static final String OUTSIDE = "outside.invalid";

    @TempDir
    Path folder;

    private KubeSite site;
    private ClosedRegistry registry;

    @BeforeEach
    void open() throws Exception {
        site = new KubeSite("mirrored", folder);
        registry = ClosedRegistry.start(folder);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        registry.stop();
    }

    private SiteRegistry as(String password) throws Exception {
        return new SiteRegistry(RegistryPlace.parse(registry.host() + "/carried")
                .with(Optional.of(registry.authority()), Optional.of(registry.login(password))));
    }

    @Test
    void aPodRunsFromAnImageThatABundleFileBroughtToTheRegistryOfTheSite() throws Exception {
        String name = OUTSIDE + "/" + site.namespace;
        LoadableImage tagged = TestImages.carried(name + "/tagged:1");
        LoadableImage any = TestImages.carried(name + "/pinned");
        String pin = name + "/pinned@" + any.image().manifest();
        CarriedImage asPinned =
                new CarriedImage(pin, any.image().manifest(), any.image().config());
        LoadableImage pinned = new LoadableImage(asPinned, any.manifest(), any.bytes(), any.parts(), List.of(asPinned));
        assertThat(as(ClosedRegistry.PASSWORD).check()).contains("takes a push to carried/library/wherry-probe");
        NodeImages images = new NodeImages.InRegistry(as(ClosedRegistry.PASSWORD));
        KubernetesSettings settings = new KubernetesSettings(
                Optional.of(site.cluster.kubeconfig()), "test-domain/test-agent", KubeSite.HASH_KEY, images, Set.of());
        try (KubernetesRuntime runtime = KubernetesRuntime.open(settings, InstantSource.system())) {
            for (LoadableImage image : List.of(tagged, pinned)) {
                assertThat(runtime.has(image.image())).isFalse();
                runtime.load(image);
                assertThat(runtime.has(image.image())).isTrue();
                runtime.load(image);
            }
        }
        site.cluster.mirror(OUTSIDE, registry.hostsToml("carried"));

        site.release(site.next(pulled("tagged", name + "/tagged:1") + "," + pulled("pinned", pin)));

        assertThat(site.field("deployment/tagged", ".status.readyReplicas")).isEqualTo("1");
        assertThat(site.field("deployment/pinned", ".status.readyReplicas")).isEqualTo("1");
    }

    private static String pulled(String name, String image) {
        return workload(name, "sleep", "1000").replace(Cluster.IMAGE, image).replace("'Never'", "'Always'");
    }

    @Test
    void aWrongLoginAndARegistryThatIsDownAreNamedAndTheImageComesWhenThatIsMended() throws Exception {
        LoadableImage image = TestImages.carried(OUTSIDE + "/" + site.namespace + "/late:1");
        NodeImages stranger = new NodeImages.InRegistry(as("wrong"));
        assertThatThrownBy(() -> stranger.load(image)).isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
            assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_FORBIDDEN);
            assertThat(e).hasMessageContaining(image.image().name()).hasMessageContaining(registry.host());
            assertThat(e).hasMessageContaining("401").hasMessageNotContaining("wrong");
        });
        NodeImages images = new NodeImages.InRegistry(as(ClosedRegistry.PASSWORD));
        registry.stop();
        assertThatThrownBy(() -> images.load(image)).isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
            assertThat(e.reason()).isEqualTo(RuntimeReason.SITE_REGISTRY_UNUSABLE);
            assertThat(e).hasMessageContaining("registry " + registry.host() + ": cannot be reached");
        });
        registry.start();

        images.load(image);

        assertThat(images.has(image.image())).isTrue();
    }
}
