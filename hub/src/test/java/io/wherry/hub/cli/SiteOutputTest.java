package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a site answers, as people read it. */
class SiteOutputTest extends AtACannedHub {
    @BeforeEach
    void aStackOfTwoSites() {
        hub.on("GET /stacks/shop", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"Committed","level":"good","revision":"0123456789abcdef","agents":[
                  {"agent":"north","phase":"Committed","level":"good","asOf":"2026-03-01T11:59:00Z","message":""},
                  {"agent":"south","phase":"Pending","level":"working","asOf":"2026-03-01T11:58:00Z","message":"ImageUnavailable"}]}}""");
    }

    @Test
    void aTreeOfAStackHasItsAgentsAsTheyReported() {
        Cli.Ran tree = cli.run("get", "stack", "shop", "-o", "tree");
        assertThat(tree.err()).contains("wherry get stack shop -o tree --agent north");
        assertThat(tree.out()).isEqualTo("""
                stack/shop  ✔ Healthy, revision 0123456789
                ├─ agent/north  ✔ Healthy (as of 60s ago)
                └─ agent/south  … Pending (as of 2m ago)  ImageUnavailable
                """);
    }

    @Test
    void aTreeAtAnAgentHasItsObjectsAndWhatTheyConsistOf() {
        hub.on("GET /stacks/shop/tree?agent=north&timeout=90s", 200, """
                {"asOf":"2026-03-01T12:00:00Z","generation":3,"left":1,"objects":[
                  {"object":"Deployment.apps/shop/web","state":"Unhealthy","detail":"restarts","parts":[
                    {"object":"Pod/web-1","state":"Unhealthy","detail":"exit code 3\\u001b[2J","parts":[]}]},
                  {"object":"ConfigMap/shop/a","state":"Healthy","detail":"","parts":[]}]}""");

        assertThat(cli.run("get", "stack", "shop", "-o", "tree", "--agent", "north")
                        .out())
                .isEqualTo("""
                stack/shop  ✔ Healthy, revision 0123456789
                └─ agent/north  ✔ Healthy (as of 60s ago)
                   generation 3, as of now
                   ├─ Deployment.apps/shop/web  ✘ Unhealthy  restarts
                   │  └─ Pod/web-1  ✘ Unhealthy  exit code 3?[2J
                   ├─ ConfigMap/shop/a  ✔ Healthy
                   └─ and 1 more, none worse than these
                """);
    }

    @Test
    void ofAnAgentThatIsAwayItsLastReportIsShownAndTheCommandFails() {
        hub.problem(
                "GET /stacks/shop/tree?agent=south&timeout=90s",
                408,
                "NoAnswer",
                "agent south is not polling",
                "later");

        Cli.Ran away = cli.run("get", "stack", "shop", "-o", "tree", "--agent", "south");

        assertThat(away.out()).contains("agent/south  … Pending (as of 2m ago)  ImageUnavailable");
        assertThat(away.err()).contains("agent south is not polling");
        assertThat(away.exit()).isEqualTo(ExitCode.TIMEOUT.code());
    }

    @Test
    void aTreeIsOfOneStackAndAnAgentIsAskedForATreeAlone() {
        assertThat(cli.run("get", "agents", "-o", "tree").exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(cli.run("get", "stack", "shop", "--agent", "north").exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(cli.run("get", "stack", "shop", "-o", "tree", "--agent", "west")
                        .exit())
                .isEqualTo(ExitCode.NOT_FOUND.code());
    }

    @Test
    void logLinesStandBehindWhoWroteThem() {
        hub.on("POST /stacks/shop/logs", 200, """
                {"asOf":"2026-03-01T12:00:00Z","logs":[{"object":"web","container":"shop-web-1","left":2,"lines":["one","two"]}]}""");

        Cli.Ran logs = cli.run("logs", "shop", "--agent", "north");

        assertThat(logs.out()).isEqualTo("web shop-web-1 | one\nweb shop-web-1 | two\n");
        assertThat(logs.err()).contains("shop-web-1: 2 earlier lines left out");
    }

    @Test
    void aPlanOfAClusterIsReadAsKubectlDiffIs() {
        hub.on("GET /stacks/shop/plan?agent=north", 200, """
                {"stack":"shop","revision":"0123","notes":[],"targets":[{"agent":"north","summary":"1 to change","problems":[],
                  "notes":["a hook may run"],"changes":[{"action":"change","object":"of the hub","fields":[]}],
                  "site":{"asOf":"2026-03-01T12:00:00Z","notes":[],"objects":[
                    {"object":"ConfigMap/shop/a","action":"Changed","diff":["@@ -1 +1 @@","-a: 1","+a: 2"],"note":""},
                    {"object":"ConfigMap/shop/old","action":"Left","diff":[],"note":"is declared no more and stays"}]}}]}""");

        assertThat(cli.run("stack", "plan", "shop", "--agent", "north").out()).isEqualTo("""
                stack/shop at 0123

                agent/north: 1 to change
                  as the cluster is now:
                  ~ ConfigMap/shop/a
                      @@ -1 +1 @@
                      -a: 1
                      +a: 2
                    ConfigMap/shop/old: is declared no more and stays
                  ! a hook may run
                """);
    }
}
