package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Staging;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries and networks that are not as they should be: said in so many words, nothing is lost, and it goes on when they are. */
class BadRegistryIT {
    private static final String PROJECT = Site.unique("wherrybad");

    /** An interface; the kernel takes 15 characters. */
    private static final String LEG = Site.unique("leg");

    @TempDir
    Path folder;

    private Site site;
    private LyingRegistry registry;
    private String runs = "";

    @BeforeEach
    void open() throws Exception {
        site = new Site(PROJECT, folder);
        // Of each test its own: an engine keeps manifests and layers, and does not ask for them again.
        registry = LyingRegistry.start(PROJECT + "-" + System.nanoTime(), folder);
        site.release(site.next(web(TestImages.BUSYBOX_1, "", "")));
        runs = site.id("web-1");
    }

    @AfterEach
    void close() throws Exception {
        registry.close();
        site.close();
        Shell.exitCode("docker", "rmi", registry.tagged());
    }

    @Test
    void aRegistryThatIsBusyIsNamedAsThat() throws Exception {
        registry.fault = LyingRegistry.Fault.BUSY;
        waits(registry.tagged(), RuntimeReason.REGISTRY_BUSY, "toomanyrequests");
    }

    @Test
    void aRegistryThatIsBrokenIsWaitedFor() throws Exception {
        registry.fault = LyingRegistry.Fault.BROKEN;
        waits(registry.tagged(), RuntimeReason.IMAGE_UNAVAILABLE, "500 Internal Server Error");
    }

    @Test
    void anotherManifestThanTheDigestThatWasAskedForIsRefused() throws Exception {
        registry.fault = LyingRegistry.Fault.OTHER_MANIFEST;
        waits(registry.pinned(), RuntimeReason.IMAGE_UNAVAILABLE, "manifest verification failed");
        Shell.run("docker", "rmi", registry.pinned());
    }

    @Test
    void otherBytesThanTheDigestOfALayerAreRefused() throws Exception {
        registry.fault = LyingRegistry.Fault.OTHER_LAYER;
        waits(registry.tagged(), RuntimeReason.IMAGE_UNAVAILABLE, "verification failed");
    }

    @Test
    void aLayerOfATebibyteIsBrokenOffAtOnce() throws Exception {
        registry.fault = LyingRegistry.Fault.ENDLESS_LAYER;
        waits(registry.tagged(), RuntimeReason.DISK_FULL, "does not fit: it needs at least");
    }

    @Test
    void addressesOfAnotherNetworkStopNothing() throws Exception {
        String range = "10." + Site.octet() + ".64.0/20";
        String other = PROJECT + "-other";
        Shell.run("docker", "network", "create", "--subnet", range, other);
        try {
            Deployment clashing = site.next(web(
                    TestImages.BUSYBOX_2,
                    ", 'networks': {'front': null}",
                    ", 'networks': {'front': {'ipam': {'config': [{'subnet': '10." + Site.octet() + ".70.0/24'}]}}}"));
            assertThat(site.runtime.apply(clashing, ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Pending.class, pending -> {
                        assertThat(pending.reason()).isEqualTo(RuntimeReason.ADDRESS_UNUSABLE);
                        assertThat(pending.detail()).contains("network/front", other, range);
                    });
            assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
            Shell.run("docker", "network", "rm", other);
            site.release(clashing);
        } finally {
            Shell.exitCode("docker", "network", "rm", other);
        }
    }

    @Test
    void addressesOfTheHostItselfStopNothing() throws Exception {
        Shell.run("ip", "link", "add", LEG, "type", "bridge");
        try {
            String range = "10." + Site.octet() + ".80.0/24";
            Shell.run("ip", "addr", "add", range.replace(".0/24", ".1/24"), "dev", LEG);
            Shell.run("ip", "link", "set", LEG, "up");
            Deployment clashing = site.next(web(
                    TestImages.BUSYBOX_2,
                    ", 'networks': {'front': null}",
                    ", 'networks': {'front': {'ipam': {'config': [{'subnet': '" + range + "'}]}}}"));
            assertThat(site.runtime.apply(clashing, ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Pending.class, pending -> {
                        assertThat(pending.reason()).isEqualTo(RuntimeReason.ADDRESS_UNUSABLE);
                        assertThat(pending.detail()).contains("the host itself", LEG, range);
                    });
            assertThat(site.id("web-1")).isEqualTo(runs);
        } finally {
            Shell.run("ip", "link", "delete", LEG);
        }
    }

    /** Until the registry is as it should be. */
    private void waits(String image, RuntimeReason reason, String words) throws Exception {
        Deployment next = site.next(web(image, "", ""));
        assertThat(site.runtime.stage(next)).isInstanceOfSatisfying(Staging.Pending.class, pending -> {
            assertThat(pending.detail()).contains("service/web", image, words, "What runs keeps running");
            assertThat(pending.reason()).isEqualTo(reason);
        });
        assertThat(site.id("web-1")).isEqualTo(runs);
        assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
        registry.fault = LyingRegistry.Fault.NONE;
        assertThat(site.runtime.stage(next)).isInstanceOf(Staging.Staged.class);
    }

    private static String web(String image, String service, String top) {
        return "{'services': {'web': {'image': '" + image + "', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL'"
                + service + "}}" + top + "}";
    }
}
