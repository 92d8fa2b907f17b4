package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Difference;
import io.wherry.contract.EntryState;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.policy.Rule;
import io.wherry.contract.policy.Violation;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S20 at the place where it matters: before anything was pulled or stopped. */
class LocalPolicyTest {
    private static final Site.Policy STRICT =
            _ -> Optional.of(new Violation(Rule.PRIVILEGED, "service web asks for it"));

    private final StackId shop = StackId.random(new SecureRandom());

    @TempDir
    Path folder;

    private TestSite site;

    @BeforeEach
    void apply() {
        site = new TestSite(folder);
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aNewReleaseIsRefusedAndWhatRunsGoesOn() {
        site.policy = STRICT;
        site.runtime.calls.clear();

        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);

        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.runtime.calls).noneMatch(call -> call.endsWith(" 2") || call.contains("apply"));
        EntryState told = site.states().getLast();
        assertThat(told.reason()).isEqualTo("PolicyDenied");
        assertThat(told.message()).isEqualTo("privileged: service web asks for it");
    }

    @Test
    void contentThatCannotBeJudgedIsRefusedToo() {
        site.policy = _ -> {
            throw new JsonException("services.web.privileged: not a boolean");
        };

        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);

        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.states().getLast().reason()).isEqualTo("ContentInvalid");
    }

    @Test
    void whatIsCommittedIsNeverRefusedAndSaysThatItWouldBe() {
        site.policy = STRICT;
        site.restart();
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);

        assertThat(site.told()).contains("CORRECTED 1");
        site.runtime.drift.clear();
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
        site.pass(Duration.ofSeconds(10));
        site.settle(shop);
        assertThat(site.states().getLast().healthy()).isTrue();
        assertThat(site.states().getLast().reason()).isEqualTo("PolicyWouldRefuse");
    }
}
