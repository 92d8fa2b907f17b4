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

    @Test
    void aSecondPersonLooksFirst() throws Exception {
        fleet.join("north");
        fleet.operator().applies("""
                        apiVersion: wherry.io/v1alpha1
                        kind: Policy
                        metadata: {name: four-eyes}
                        spec: {agentSelector: site=north, require: {approvals: 1}}
                        """).ok();
        Operator author = fleet.person("ada", "approver");
        Operator other = fleet.person("bob", "approver");
        App shop = fleet.appAt("north", "approved");
        shop.commit(App.web("red"));
        shop.declare();

        shop.says("ApprovalNeeded");
        fleet.operator()
                .says("stack", "sync", shop.name())
                .failed(ExitCode.BLOCKED, "policy four-eyes (require.approvals) wants 1 approval", "ApprovalNeeded");
        String plan = plan(shop);
        assertThat(fleet.operator().does("approval", "list", shop.name()).out())
                .contains("Ada Author <", "north", "0/1", "wherry approval approve " + shop.name() + " --plan " + plan);
        assertThat(fleet.operator().does("stack", "plan", shop.name()).out()).contains("service/web", "--plan " + plan);
        author.says("approval", "approve", shop.name(), "--plan", plan)
                .failed(ExitCode.BLOCKED, "ada is one of its authors", "OwnChange");
        fleet.operator()
                .says("wait", "stack", shop.name(), "--for", "healthy", "--timeout", "4m")
                .failed(ExitCode.BLOCKED, "ApprovalNeeded");

        other.does("approval", "reject", shop.name(), "--plan", plan, "--reason", "not in red");
        shop.says("bob rejected what is new (not in red)");
        shop.commit(App.web("green"));
        fleet.until("the green plan waits", () -> !plan(shop).equals(plan));
        other.says("approval", "approve", shop.name(), "--plan", plan)
                .failed(ExitCode.BLOCKED, "the plan is another one by now", "PlanChanged");
        assertThat(other.does("approval", "approve", shop.name(), "--plan", plan(shop))
                        .out())
                .contains("approved for 1 target; offered to 1 of 1 target");
        shop.healthy();

        assertThat(shop.colour()).isEqualTo("green");
        assertThat(fleet.operator()
                        .does("audit", "list", "--object", "Stack/" + shop.name())
                        .out())
                .contains("plan.approve", "plan.reject", "user:bob", "user:ada", "OwnChange");
    }

    private static String plan(App app) throws Exception {
        return fleet.operator()
                .does("approval", "list", app.name(), "-o", "json")
                .json()
                .objects("items")
                .getFirst()
                .string("plan");
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
