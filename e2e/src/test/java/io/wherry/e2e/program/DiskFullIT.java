package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.disk.SmallDisk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Agent and hub as processes on disks that fill up: what runs stays, a full disk is called one, and room is all that it takes. */
class DiskFullIT {
    /** Little enough that an agent does not hold space back on it. */
    private static final int DISK_MIB = 48;

    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    @Test
    void anAgentOnAFullDiskKeepsWhatRunsTellsItsHubAndGoesOnWhenThereIsRoom() throws Exception {
        RunningAgent agent = fleet.agent("full");
        try (SmallDisk disk = SmallDisk.mount(agent.data(), DISK_MIB)) {
            fleet.join("full");
            App shop = fleet.appAt("full", "full");
            String red = shop.commit(App.web("red"));
            shop.declare().healthyAt(red);
            String footprint = shop.footprint("web");

            disk.fill(0);
            String blue = shop.push(App.web("blue"));

            fleet.until("the hub shows why nothing comes", () -> fleet.operator()
                    .does("get", "stack", shop.name(), "-o", "json")
                    .out()
                    .contains("DiskFull"));
            assertThat(agent.says("status").out()).contains("DiskFull");
            assertThat(shop.footprint("web")).isEqualTo(footprint);
            disk.free();
            shop.healthyAt(blue);
            assertThat(shop.colour()).isEqualTo("blue");
            agent.kill();
        }
    }

    @Test
    void aHubOnAFullDiskRefusesInSoManyWordsLosesNothingAndGoesOnWhenThereIsRoom() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(fleet.folder().resolve("small"), DISK_MIB)) {
            Programs programs = fleet.programsWith("person-of-small");
            RunningHub hub = RunningHub.init(programs, fleet.folder(), "small");
            Operator operator = new Operator(programs, fleet.folder());
            try {
                hub.start();
                operator.login(hub, "--ca-file", hub.authority().toString()).ok();
                operator.applies(group("before")).ok();
                App shop = fleet.appAt("nowhere", "of-small");
                String red = shop.commit(App.web("red"));
                operator.applies(shop.source() + "---\n" + shop.stack()).ok();
                knows(operator, shop, red);

                disk.fill(0);
                String blue = shop.commit(App.web("blue"));
                operator.says("source", "sync", shop.name());
                int taken = 0;
                Said refused = operator.applies(group("full-" + taken));
                for (; refused.exit() == 0 && taken < 100; refused = operator.applies(group("full-" + taken))) {
                    taken++; // SQLite may have room left in files that it has
                }

                refused.failed(ExitCode.FAILED, "the hub's disk is full", "make room");
                Said backup = hub.backsUp(fleet.folder().resolve("small").resolve("of.backup"))
                        .failed(ExitCode.FAILED, "of.backup");
                assertThat(backup.err()).doesNotContain("Exception", "VACUUM");
                List<String> groups = operator.does("get", "group").lines();
                assertThat(groups).anyMatch(line -> line.startsWith("before"));
                for (int i = 0; i < taken; i++) {
                    String name = "full-" + i;
                    assertThat(groups).anyMatch(line -> line.startsWith(name));
                }
                disk.free();
                operator.applies(group("full-" + taken)).ok();
                assertThat(operator.does("get", "group").out()).contains("before", "full-" + taken);
                knows(operator, shop, blue);
            } finally {
                hub.kill();
            }
        }
    }

    @Test
    void aHubThatIsMadeOnAFullDiskSaysSo() throws Exception {
        Programs programs = fleet.programsWith("person-of-tiny");
        try (SmallDisk disk = SmallDisk.mount(fleet.folder().resolve("tiny"), 1)) {
            for (int pages : new int[] {0, 8, 25}) { // its folder, its keys, and the tables of its database
                disk.fill(pages);
                String data = disk.folder().resolve("of-" + pages).toString();
                programs.run("wherry-hub", "init", "--data", data, "--hostname", "localhost")
                        .failed(ExitCode.FAILED, data);
            }
        }
    }

    private static void knows(Operator operator, App app, String commit) throws Exception {
        fleet.until(
                "the hub knows " + commit,
                () -> operator.status("stack", app.name())
                        .findString("inForce")
                        .filter(commit::equals)
                        .isPresent(),
                () -> operator.says("get", "stack", app.name(), "-o", "json").toString());
    }

    private static String group(String name) {
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Group
                metadata: {name: %s}
                spec: {selector: site=%s}
                """.formatted(name, name);
    }
}
