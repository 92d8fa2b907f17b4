package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.git.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hub whose resources stand in Git: from an export of what people made, over a commit that deploys, to one that ends it. */
class ConfigurationIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    @Test
    void commitsDeclareWhatTheHubCarries() throws Exception {
        App shop = fleet.app("shop");
        String red = shop.commit(App.web("red"));
        Repository declared = fleet.repository();
        exported(declared, shop);

        fleet.hub().stop();
        fleet.hub().start("configuration.url=" + declared.folder(), "configuration.path=hub");
        fleet.untilHubAnswers();
        says("Ready");
        assertThat(fleet.operator().does("get", "sources", "-o", "wide").out())
                .contains("hub/sources/" + shop.name() + ".yaml@")
                .contains("hub.yaml");

        declared.commit("hub/stacks/shop.yaml", shop.stack());
        sync();
        fleet.until(
                "shop is declared",
                () -> fleet.operator().says("get", "stack", shop.name()).exit() == 0,
                () -> fleet.operator().phase("source", "configuration"));
        shop.healthyAt(red);
        String footprint = shop.footprint("web");

        fleet.operator()
                .applies(shop.stack("suspend: true"))
                .failed(ExitCode.BLOCKED, "Stack/" + shop.name() + " is declared by hub/stacks/shop.yaml@");
        fleet.operator()
                .says("delete", "stack", shop.name(), "--yes")
                .failed(ExitCode.BLOCKED, "is declared by hub/stacks/shop.yaml@", "change that file, and commit");
        fleet.operator().does("stack", "sync", shop.name());

        declared.commit(
                Map.of(
                        "hub/stacks/shop.yaml",
                        shop.stack("suspend: true"),
                        "hub/groups.yaml",
                        "apiVersion: wherry.io/v1alpha1\nkind: Grup\n"),
                "broken");
        sync();
        says("ConfigurationInvalid: hub/groups.yaml:2:7: kind: \"Grup\" is not known");
        assertThat(fleet.operator()
                        .does("get", "stack", shop.name(), "-o", "yaml")
                        .out())
                .contains("suspend: false");

        Files.delete(declared.workingCopy().resolve("hub/groups.yaml"));
        Files.delete(declared.workingCopy().resolve("hub/stacks/shop.yaml"));
        declared.commitAll("without shop");
        sync();
        says("ConfigurationWaits: Stack/" + shop.name() + " is no longer declared");
        assertThat(shop.footprint("web")).isEqualTo(footprint);

        fleet.operator().does("source", "accept", "configuration");
        fleet.until("shop is gone", () -> fleet.engine().containers(shop.name()).isEmpty(), () -> fleet.operator()
                .phase("source", "configuration"));
    }

    /** What people declared, as the first commit of the repository: it says the same. */
    private static void exported(Repository declared, App shop) throws Exception {
        fleet.operator().applies(shop.source()).ok();
        Path files = declared.workingCopy().resolve("hub");
        fleet.operator().does("export", "all", "-o", files.toString());
        assertThat(fleet.operator().does("diff", "-f", files.toString()).out()).doesNotContain("~");
        declared.commitAll("what the hub carries");
    }

    private static void sync() throws Exception {
        fleet.operator().does("source", "sync", "configuration");
    }

    private static void says(String words) throws Exception {
        fleet.until(
                "the configuration says: " + words,
                () -> fleet.operator().phase("source", "configuration").startsWith(words),
                () -> fleet.operator().phase("source", "configuration"));
    }
}
