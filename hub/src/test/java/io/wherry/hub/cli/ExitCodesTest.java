package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Each way a command can end, and what it says then: scripts rely on the number, people on the words. */
class ExitCodesTest extends AtACannedHub {
    @Test
    void zeroWhenItWorked() {
        hub.on("GET /stacks?brief=true&limit=500", 200, """
                {"items":[{"metadata":{"name":"shop"},"spec":{},"status":{"phase":"Healthy","level":"good"}}]}""");
        assertThat(cli.run("get", "stacks", "-o", "name")).isEqualTo(new Cli.Ran(0, "stack/shop\n", ""));
    }

    @Test
    void oneWhenTheHubFindsTheInputWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("shop.yaml"), "kind: Stak\n");
        hub.on("POST /apply", 422, """
                {"code":"Invalid","detail":"2 problems","hint":"","problems":["%s:1:7: unknown kind: Stak","x:2:1: y"]}""".formatted(file));
        Cli.Ran ran = cli.run("apply", "-f", file.toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("wherry: " + file + ":1:7: unknown kind: Stak\nx:2:1: y\n");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void oneWhenAFileIsNotThere() {
        Cli.Ran ran = cli.run("apply", "-f", "/nowhere/x.yaml");
        assertThat(ran).isEqualTo(new Cli.Ran(3, "", "wherry: /nowhere/x.yaml does not exist\n"));
    }

    @Test
    void twoForAnUnknownFlagWithTheNearestOne() {
        Cli.Ran ran = cli.run("apply", "--prunee", "-f", "x");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("--prunee")
                .contains("did you mean \"--prune\"?")
                .contains("wherry apply --help");
    }

    @Test
    void anUnknownOptionIsNamedBeforeWhatIsMissing() {
        Cli.Ran ran = cli.run("bundle", "export-unsigned", "--stak", "x");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).isEqualTo("""
                wherry: unknown option: --stak (did you mean "--stack"?)
                  wherry bundle export-unsigned --help shows what there is
                """);
        assertThat(cli.run("describe", "--al", "stack").err()).contains("unknown option: --al\n");
        assertThat(cli.run("login", "--token=wak_secret", "https://hub").err())
                .contains("unknown option: --token\n")
                .doesNotContain("wak_secret");
        assertThat(cli.run("bundle", "export-unsigned", "shop").err())
                .contains("Missing required option: '--stack=NAME'");
    }

    @Test
    void aVerbWithoutItsNounIsAnsweredWithItsNouns() {
        assertThat(cli.run("rollback", "shop").err()).contains("unknown command: rollback (there is: stack rollback)");
        assertThat(cli.run("revoke", "x").err()).contains("(there is: token revoke, apikey revoke)");
    }

    @Test
    void aNumberThatIsNoneIsToldOfInWords() {
        assertThat(cli.run("events", "--limit", "many").err())
                .contains("Invalid value for option '--limit': 'many' is not a whole number\n");
        assertThat(cli.run("stack", "pin", "shop").err())
                .contains("wherry: Missing required argument (specify one of these): (--revision=REVISION | --clear)");
    }

    @Test
    void twoForAnUnknownCommandWithTheNearestOne() {
        Cli.Ran ran = cli.run("aply");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("unknown command: aply (did you mean \"apply\"?)");
        assertThat(cli.run("gte", "agents").err()).contains("did you mean \"get\"?");
        assertThat(cli.run("stack", "sycn", "shop").err()).contains("did you mean \"sync\"?");
    }

    @Test
    void twoForAnUnknownKindWithTheNearestOne() {
        Cli.Ran ran = cli.run("get", "stacls");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("unknown kind: stacls (did you mean \"stacks\"?)")
                .contains("one of: source");
    }

    @Test
    void twoForAnUnknownVerbAndForNone() {
        assertThat(cli.run("stack").err()).contains("wherry stack needs one of: plan, sync");
        assertThat(cli.run("stack").exit()).isEqualTo(2);
        assertThat(cli.run("stack", "plam", "x").exit()).isEqualTo(2);
        assertThat(cli.run("stack", "paln", "x").err()).contains("unknown command: paln (did you mean \"plan\"?)");
        assertThat(cli.run("version", "now").err()).contains("one argument too many: now");
    }

    @Test
    void twoAndAllCommandsWhenNoneIsGiven() {
        Cli.Ran ran = cli.run();
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("Usage: wherry").contains("login").contains("audit");
    }

    @Test
    void twoForAFormatTheCommandDoesNotHave() {
        assertThat(cli.run("whoami", "-o", "name").exit()).isEqualTo(2);
        assertThat(cli.run("audit", "list", "-o", "wide").err()).contains("one of: table, json, yaml");
    }

    @Test
    void threeWhenItDoesNotExist() {
        hub.problem(
                "GET /stacks/shopp?brief=true", 404, "NotFound", "stack shopp does not exist (did you mean shop?)", "");
        Cli.Ran ran = cli.run("get", "stack", "shopp");
        assertThat(ran)
                .isEqualTo(new Cli.Ran(3, "", "wherry: stack shopp does not exist (did you mean shop?) [NotFound]\n"));
    }

    @Test
    void threeForACredentialThatIsNotInTheList() {
        hub.on("GET /credentials?limit=500", 200, """
                {"items":[{"name":"git","type":"token","host":"git.example"}]}""");
        assertThat(cli.run("get", "credential", "git", "-o", "name").out()).isEqualTo("credential/git\n");
        Cli.Ran ran = cli.run("get", "credential", "gti");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).contains("credential gti does not exist (did you mean \"git\"?)");
    }

    @Test
    void fourWithoutALoginAndWithTooSmallARole() throws IOException {
        Cli stranger = new Cli(Files.createDirectory(folder.resolve("stranger")));
        assertThat(stranger.run("get", "agents").exit()).isEqualTo(4);
        assertThat(stranger.run("get", "agents").err())
                .contains("not logged in")
                .contains("fix: wherry login");
        hub.problem("POST /sources/shop/sync", 403, "RoleDenied", "bob (viewer) may not", "ask somebody");
        Cli.Ran ran = cli.run("source", "sync", "shop");
        assertThat(ran)
                .isEqualTo(new Cli.Ran(4, "", "wherry: bob (viewer) may not [RoleDenied]\n  fix: ask somebody\n"));
    }

    @Test
    void fiveWhenSomethingStandsInTheWay() {
        hub.problem("POST /agents/site-1/rename", 409, "Conflict", "there is an agent named site-2", "");
        assertThat(cli.run("agent", "rename", "site-1", "site-2").exit()).isEqualTo(5);
        Cli.Ran unasked = cli.run("delete", "stack", "shop");
        assertThat(unasked.exit()).isEqualTo(5);
        assertThat(unasked.err())
                .contains("deletes stack shop at every site; volumes stay")
                .contains("--yes");
        assertThat(hub.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void sixWhenTimeRunsOutNamingWhatWasMissing() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"Applying","message":"site-2: waiting for web","level":"working",
                 "conditions":[],"hint":"wherry describe stack shop"}}""");
        Instant[] time = {Cli.NOW};
        cli.at(() -> time[0] = time[0].plus(Duration.ofSeconds(20)));
        Cli.Ran ran = cli.run("wait", "stack", "shop", "--timeout", "10s");
        assertThat(ran.exit()).isEqualTo(6);
        assertThat(ran.err())
                .contains("waited 10 s for stack/shop to be healthy; it is still: Applying: site-2: waiting for web")
                .contains("fix: wherry describe stack shop");
    }

    @Test
    void aHubThatIsRestartedInBetweenEndsNoWaiting() {
        String applying = """
                {"metadata":{"name":"shop"},"status":{"phase":"Applying","level":"working","conditions":[]}}""";
        String healthy = """
                {"metadata":{"name":"shop"},"status":{"phase":"Healthy","level":"good",
                 "conditions":[{"type":"Healthy","status":"True"}]}}""";
        hub.on("GET /stacks/shop?brief=true", 200, applying);
        int[] looks = {0};
        cli.at(() -> {
            looks[0]++; // 1 before the first answer, then once for each
            if (looks[0] == 2) {
                hub.on("GET /stacks/shop?brief=true", 503, "");
            } else if (looks[0] == 4) {
                hub.on("GET /stacks/shop?brief=true", 200, healthy);
            }
            return Cli.NOW;
        });

        Cli.Ran ran = cli.run("wait", "stack", "shop");

        assertThat(ran).isEqualTo(new Cli.Ran(0, "", """
                stack/shop: Applying
                the hub does not answer at the moment
                stack/shop is healthy
                """));
    }

    @Test
    void nineAtOnceWhereTheHubWasNeverThere() {
        hub.on("GET /stacks/shop?brief=true", 503, "");
        assertThat(cli.run("wait", "stack", "shop").exit()).isEqualTo(9);
    }

    @Test
    void nineWhereTheHubDoesNotComeBackInTime() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"Applying","level":"working","conditions":[]}}""");
        Instant[] time = {Cli.NOW};
        cli.at(() -> {
            time[0] = time[0].plus(Duration.ofSeconds(4));
            hub.on("GET /stacks/shop?brief=true", time[0].isAfter(Cli.NOW.plusSeconds(5)) ? 503 : 200, """
                    {"metadata":{"name":"shop"},"status":{"phase":"Applying","level":"working","conditions":[]}}""");
            return time[0];
        });
        assertThat(cli.run("wait", "stack", "shop", "--timeout", "10s").exit()).isEqualTo(9);
    }

    @Test
    void aNameOrAFileThatAScriptLeftEmptyIsWrongUsage() {
        assertThat(cli.run("describe", "stack", ""))
                .isEqualTo(new Cli.Ran(2, "", "wherry: the name is empty (expected: a name)\n"));
        assertThat(cli.run("apply", "-f", "").err())
                .isEqualTo("wherry: -f: nothing (expected: a file, a folder, or - for standard input)\n");
        assertThat(cli.run("apply", "-f", "").exit()).isEqualTo(2);
    }

    /** {@code wherry credential create … && wherry wait stack shop}: the hub has yet to look at the stack with it. */
    @Test
    void aBadEndOfAMomentAgoEndsNoWaiting() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"Pending","message":"credential db does not exist","level":"bad",
                 "final":true,"conditions":[],"hint":"wherry stack plan shop"}}""");
        int[] looks = {0};
        cli.at(() -> {
            if (++looks[0] == 4) {
                hub.on("GET /stacks/shop?brief=true", 200, """
                        {"metadata":{"name":"shop"},"status":{"phase":"Healthy","level":"good",
                         "conditions":[{"type":"Healthy","status":"True"}]}}""");
            }
            return Cli.NOW;
        });

        assertThat(cli.run("wait", "stack", "shop")).isEqualTo(new Cli.Ran(0, "", """
                stack/shop: Pending: credential db does not exist
                stack/shop is healthy
                """));
    }

    @Test
    void sevenWhenItEndedUnhealthy() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"RolledBack","message":"web exits with 1","level":"bad",
                 "final":true,"conditions":[]}}""");
        Cli.Ran ran = cli.run("wait", "stack", "shop");
        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.err()).contains("wherry: stack/shop: RolledBack: web exits with 1");

        Instant[] time = {Cli.NOW};
        cli.at(() -> time[0] = time[0].plus(Duration.ofSeconds(20)));
        assertThat(cli.run("wait", "stack", "shop", "--timeout", "10s").exit())
                .as("no time to look twice")
                .isEqualTo(7);
    }

    @Test
    void sevenWhenASiteWentBackAlthoughWhatItWentBackToIsHealthy() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"RolledBack","message":"web exits with 1","level":"bad",
                 "final":true,"revision":"abcdef","conditions":[{"type":"Healthy","status":"True"}],
                 "unsettled":1}}""");
        assertThat(cli.run("wait", "stack", "shop").exit()).isEqualTo(7);
        assertThat(cli.run("wait", "stack", "shop", "--revision", "abc").exit()).isEqualTo(7);
    }

    @Test
    void fiveWhenItWaitsForAPersonAndNotForTime() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"OutOfSync","message":"1 of 1 target would change","level":"bad",
                 "final":true,"conditions":[],"hint":"wherry stack plan shop"}}""");
        Cli.Ran ran = cli.run("wait", "stack", "shop");
        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err()).contains("OutOfSync").contains("fix: wherry stack plan shop");
    }

    @Test
    void deletesDependentsFirstAndNothingIfOneOfTheNamesIsWrong() {
        hub.on("GET /stacks/base", 200, "{\"metadata\":{\"name\":\"base\"},\"spec\":{\"dependsOn\":[]}}");
        hub.on("GET /stacks/shop", 200, "{\"metadata\":{\"name\":\"shop\"},\"spec\":{\"dependsOn\":[\"base\"]}}");
        hub.on("DELETE /stacks/base", 200, "{}").on("DELETE /stacks/shop", 200, "{}");

        assertThat(cli.run("delete", "stack", "base", "shop", "--yes").out())
                .isEqualTo("stack/shop deleted\nstack/base deleted\n");
        int before = hub.requests().size();
        assertThat(cli.run("delete", "stack", "base", "shpo", "--yes").exit()).isEqualTo(3);
        assertThat(hub.requests().subList(before, hub.requests().size()))
                .noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void waitEndsWhenTheStateHoldsAndWhenTheThingIsGone() {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"Healthy","revision":"abcdef",
                 "conditions":[{"type":"Healthy","status":"True"}]}}""");
        assertThat(cli.run("wait", "stack", "shop", "--revision", "abc").exit()).isZero();
        assertThat(cli.run("wait", "stack", "gone", "--for", "deleted").exit()).isZero();
        assertThat(cli.run("wait", "stack", "shop", "--for", "healty").err()).contains("did you mean \"healthy\"");
    }

    @Test
    void nothingIsWaitedForThatTheKindNeverIs() {
        hub.on("GET /agents/till", 200, """
                {"metadata":{"name":"till"},"status":{"phase":"Ready",
                 "conditions":[{"type":"Connected","status":"True"}]}}""");

        assertThat(cli.run("wait", "agent", "till").err()).contains("agent/till is connected");
        Cli.Ran ran = cli.run("wait", "stack", "shop", "--for", "connected");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("--for connected: no state of a stack", "one of: healthy, synced, ready, deleted");
        assertThat(cli.run("wait", "agent", "till", "--for", "healthy").exit()).isEqualTo(2);
        assertThat(cli.run("wait", "token", "jt-1").err()).contains("nothing to wait for of a token");
    }

    @Test
    void anAgentIsRetiredAndNotDeleted() {
        assertThat(cli.run("delete", "agent", "till", "--yes"))
                .isEqualTo(new Cli.Ran(
                        2, "", "wherry: an agent is retired, not deleted\n  fix: wherry agent retire till\n"));
        assertThat(hub.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void nineWhenNobodyListens() {
        hub.close();
        Cli.Ran ran = cli.run("get", "agents");
        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.err()).contains("is not reachable: connection refused");
    }

    @Test
    void nineWhenTheHostIsNotKnownAndSaysThat() throws IOException {
        Cli.Ran ran = cli.run(
                "login",
                "https://hub.invalid:8443",
                "--token-file",
                folder.resolve("token").toString());
        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.err()).contains("the host is not known");
    }
}
