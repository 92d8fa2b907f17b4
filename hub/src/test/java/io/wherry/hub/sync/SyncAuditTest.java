package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Outcome;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log holds of a commit on its way to the sites, and by what it is found again. */
class SyncAuditTest {
    private static final String WEB = "services: {web: {image: 'shop:1', environment: {MODE: a}}}\n";
    private static final Map<String, String> APP = Map.of("app", "yes");

    @TempDir
    Path folder;

    private SyncFixture hub;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void recordsTheCommitItsChangeKeysAndTheOutcome() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("SHOP-7 first", Map.of("shop/compose.yaml", WEB));
        String commit =
                hub.commitAndCheck("SHOP-8 second", Map.of("shop/compose.yaml", WEB.replace("shop:1", "shop:2")));
        hub.report(north, "shop", Outcome.APPLIED);

        List<String> actions = new ArrayList<>();
        hub.fleet.audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .filter(leaf -> leaf.findObject("sync")
                        .map(sync -> sync.string("commit").equals(commit))
                        .orElse(false))
                .forEach(leaf -> actions.add(leaf.string("action") + " " + leaf.string("actor") + " "
                        + leaf.object("sync").strings("changeKeys")));

        assertThat(actions)
                .containsExactly(
                        "source.fetch hub []", "stack.offer hub [SHOP-8]", "stack.outcome agent:north [SHOP-8]");
        Json.Obj outcome = hub.fleet.audit.newest(AuditQuery.ofChange("SHOP-8"), Long.MAX_VALUE, 1).stream()
                .map(record -> JsonReader.object(record.leaf()).object("sync"))
                .findFirst()
                .orElseThrow();
        assertThat(outcome.string("source")).isEqualTo("main");
        assertThat(outcome.string("ref")).isEqualTo("branch main");
        assertThat(outcome.object("durationsMs").integer("offerToReport")).isNotNegative();
    }

    @Test
    void findsWhatAPersonDidAndWhatCameOfItByTheChangeRecord() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "sync: {mode: manual}");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));

        hub.operations.sync("shop", false, new StackOperations.Actor(SyncFixture.ADA.who(), "as agreed", "CHG-1042"));
        hub.report(north, "shop", Outcome.APPLIED);

        assertThat(hub.fleet.audit.list(AuditQuery.ofChange("CHG-1042"), 0, AuditLog.MAX_PAGE))
                .extracting(record -> JsonReader.object(record.leaf()).string("action"))
                .containsExactly("stack.sync", "stack.offer", "stack.outcome");
        assertThatThrownBy(() -> new StackOperations.Actor(SyncFixture.ADA.who(), "", "two words"))
                .hasMessageContaining("two words")
                .hasMessageContaining("like CHG-1042");
    }

    @Test
    void eachCommitThatFailsRaisesAnAlarmAndOneBesideTheStackDoesNot() {
        hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        String broken = "services: {web: {imagee: 'shop:%s'}}\n";
        hub.commitAndCheck("broken", Map.of("shop/compose.yaml", broken.formatted("2")));
        hub.commitAndCheck("broken again", Map.of("shop/compose.yaml", broken.formatted("3")));
        assertThat(Collections.frequency(hub.told(), "RenderFailed")).isEqualTo(2);

        hub.commitAndCheck("elsewhere", Map.of("shop/compose.yaml", broken.formatted("3"), "other.txt", "x"));
        hub.sync.fleetChanged();
        assertThat(Collections.frequency(hub.told(), "RenderFailed")).isEqualTo(2);
    }
}
