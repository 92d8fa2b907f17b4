package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Plans that wait for people, as they are listed. */
class ApprovalCommandTest extends AtACannedHub {
    private static final String TARGET = "{\"agent\":\"%s\",\"required\":%d,\"rule\":\"policy p\",\"votes\":[%s]}";
    private static final String VOTE =
            "{\"by\":\"%s\",\"approves\":%s,\"reason\":\"\",\"at\":\"2026-03-01T11:59:00Z\"}";

    @Test
    void theLineOfAStackShowsTheTargetThatIsFurthestFromGoing() {
        String bob = VOTE.formatted("bob", true);
        lists(TARGET.formatted("a", 1, ""), TARGET.formatted("b", 2, bob + "," + VOTE.formatted("carol", false)));
        assertThat(cli.run("approval", "list").out()).contains("rejected").doesNotContain("0/1");

        lists(TARGET.formatted("a", 2, bob), TARGET.formatted("b", 10, bob));
        assertThat(cli.run("approval", "list").out()).contains("1/10").doesNotContain("1/2");
    }

    private void lists(String... targets) {
        hub.on("GET /approvals", 200, """
                {"items":[{"stack":"shop","plan":"sha256:0","content":"commit 1","authors":["Ada"],
                 "since":"2026-03-01T11:59:00Z","targets":[%s]}]}""".formatted(String.join(",", targets)));
    }
}
