package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.e2e.disk.SmallDisk;
import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine whose disk has no room for the next image: the agent says so with numbers, what runs stays, and room is all that it takes. */
class EngineDiskIT {
    private static final int MIB = 1 << 20;

    /** Room for the big image with what is kept free, and little more. */
    private static final int DISK_MIB = 192;

    private static final int BIG_MIB = 16;

    /** Nearly nothing as it is fetched, and more than the disk holds as it is unpacked. */
    private static final int DECEPTIVE_MIB = 300;

    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    @Test
    void anImageThatDoesNotFitWaitsWithNumbersAndComesWhenThereIsRoom() throws Exception {
        byte[] noise = new byte[BIG_MIB * MIB];
        new Random(1).nextBytes(noise);
        Registry registry = Registry.in(fleet);
        registry.start();
        String big = push(registry, noise);
        String deceptive = pushDeceptive(registry);
        registry.stop();
        Path folder = Files.createDirectory(fleet.folder().resolve("own"));
        // Beside the engine's folder: what is mounted in there the engine takes away when it ends.
        Path place = Files.createDirectory(fleet.folder().resolve("disk"));
        Files.createSymbolicLink(folder.resolve("engine"), place);
        try (SmallDisk disk = SmallDisk.mount(place, DISK_MIB);
                OwnEngine own = OwnEngine.start(folder, fleet.programs())) {
            registry.start(own.inside());
            RunningAgent agent = fleet.agent("tight", own.socket());
            fleet.join("tight");
            App shop = fleet.appAt("tight", "tight");
            String small = shop.commit(compose(TestImages.BUSYBOX_1));
            shop.declare().healthyAt(small);
            String footprint = own.engine().inspect(shop.container("web"), "{{.Id}} {{.State.StartedAt}}");

            disk.fill(
                    90 * MIB / SmallDisk.PAGE_BYTES); // 64 MiB are kept, and the image takes 16 fetched and 24 unpacked
            String commit = shop.push(compose(big));
            shop.says("DiskFull");
            assertThat(shop.phase())
                    .contains("image " + big + " does not fit: it needs at least", "MiB are free at " + disk.folder());
            assertThat(agent.says("status").out()).contains("DiskFull", "docker system df");
            assertThat(own.engine().inspect(shop.container("web"), "{{.Id}} {{.State.StartedAt}}"))
                    .isEqualTo(footprint);
            disk.free();
            shop.healthyAt(commit);
            footprint = own.engine().inspect(shop.container("web"), "{{.Id}} {{.State.StartedAt}}");

            shop.push(compose(deceptive));
            shop.says("DiskFull");
            assertThat(shop.phase()).contains("image " + deceptive);
            assertThat(own.engine().inspect(shop.container("web"), "{{.Id}} {{.State.StartedAt}}"))
                    .isEqualTo(footprint);
            String back = shop.push(compose(TestImages.BUSYBOX_1));
            shop.healthyAt(back);
            assertThat(fleet.operator()
                            .does("events", "--object", "stack/" + shop.name())
                            .out())
                    .as("no verdict on what did not fit")
                    .doesNotContain("RolledBack", "Failed");
            agent.kill();
        } finally {
            registry.end();
        }
    }

    private static String push(Registry registry, byte[] ballast) throws Exception {
        String local = "wherry.test/big:1";
        Path archive = fleet.folder().resolve("big.tar");
        Files.write(archive, TestImages.archive(local, Json.object().build(), ballast));
        fleet.engine().does("load", "--input", archive.toString());
        Files.delete(archive);
        return handOver(registry, local);
    }

    private static String pushDeceptive(Registry registry) throws Exception {
        String local = "wherry.test/deceptive:1";
        Path folder = Files.createDirectory(fleet.folder().resolve("deceptive"));
        fleet.programs()
                .run(
                        "sh",
                        "-c",
                        "truncate -s " + DECEPTIVE_MIB + "M " + folder + "/zeros && tar -C " + folder
                                + " -c zeros | docker import - " + local)
                .ok();
        return handOver(registry, local);
    }

    private static String handOver(Registry registry, String local) throws Exception {
        String copy = registry.take(local, local.substring(local.indexOf('/') + 1));
        fleet.engine().does("rmi", local);
        return copy;
    }

    private static String compose(String image) {
        return """
                services:
                  web:
                    image: %s
                    command: [sleep, infinity]
                    stop_signal: SIGKILL
                """.formatted(image);
    }
}
