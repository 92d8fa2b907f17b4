package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A site in production under the policy that a new hub has, and under a stricter one. */
class PolicyIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private static final String STRICTER = """
            apiVersion: wherry.io/v1alpha1
            kind: Policy
            metadata: {name: production}
            spec:
              agentSelector: environment=production
              require: {pinnedRefs: true, changeRecord: true}
            """;

    @Test
    void nothingReachesProductionByAPushAlone() throws Exception {
        joinProduction();
        assertThat(fleet.operator().does("get", "policies").out())
                .contains("production", "prod", "pinnedRefs,manualSync,rawSecrets");
        App shop = fleet.appAt("prod", "governed");
        shop.commit(App.web("red"));
        shop.declare();

        shop.says("policy production (require.pinnedRefs) refuses commit");
        String plan = fleet.operator().does("stack", "plan", shop.name()).out();
        assertThat(plan).contains("policy production (require.pinnedRefs) refuses commit", "follows branch main");
        fleet.operator()
                .says("stack", "sync", shop.name())
                .failed(ExitCode.BLOCKED, "policy production (require.pinnedRefs)", "PolicyDenied", "fix: ");

        shop.repository().git("tag", "v1.0.0");
        shop.repository().git("push", "-q", "origin", "v1.0.0");
        fleet.operator().applies(STRICTER).ok();
        shop.declare("ref: {tag: v1.0.0}");
        shop.says("OutOfSync");
        fleet.operator()
                .says("stack", "sync", shop.name(), "--reason", "spring sale")
                .failed(ExitCode.BLOCKED, "policy production (require.changeRecord)", "--change ID --reason TEXT");
        fleet.operator().does("stack", "sync", shop.name(), "--change", "CHG-7", "--reason", "spring sale");
        shop.healthy();

        assertThat(shop.colour()).isEqualTo("red");
        assertThat(fleet.operator().does("audit", "list", "--stream", "policy").out())
                .contains("stack.offer", "stack.sync", "user:admin", "refused");
        assertThat(fleet.operator().does("audit", "list", "--change", "CHG-7").out())
                .contains("stack.sync", "stack.offer");
        assertThat(fleet.operator()
                        .does("delete", "policy", "production", "--yes")
                        .out())
                .contains("policy/production deleted; it governed prod");
    }

    private static void joinProduction() throws Exception {
        RunningAgent agent = fleet.agent("prod");
        String token = fleet.operator().token("--environment", "production", "--labels", "site=prod");
        agent.join(token, "--environment", "production", "--timeout", "1s")
                .failed(ExitCode.TIMEOUT, "no approval within 1s");
        String fingerprint = fleet.operator().status("agent", "prod").string("fingerprint");
        fleet.operator().does("agent", "approve", "prod", "--fingerprint", fingerprint);
        agent.join(token, "--environment", "production").ok();
        agent.start();
        fleet.operator().does("wait", "agent", "prod", "--for", "connected", "--timeout", "4m");
    }
}
