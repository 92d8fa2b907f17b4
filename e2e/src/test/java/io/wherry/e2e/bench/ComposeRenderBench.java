package io.wherry.e2e.bench;

import io.wherry.e2e.ComposeCase;
import io.wherry.e2e.ComposeOracle;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.ComposeRenderer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Rendering of the corpus by one warm process, as a hub is one, against {@code docker compose config} for each project. */
final class ComposeRenderBench {
    /** As long as a hub has been up that has rendered a few thousand times. */
    private static final int WARM_UPS = 20;

    private ComposeRenderBench() {}

    /** @param arguments an empty folder, and how many projects */
    public static void main(String[] arguments) throws Exception {
        List<ComposeCase> cases = ComposeCase.unpack(Path.of(arguments[0])).stream()
                .filter(one -> !one.isRefusal())
                .limit(Integer.parseInt(arguments[1]))
                .toList();
        ComposeOracle oracle = ComposeOracle.find();
        long begin = System.nanoTime();
        for (ComposeCase one : cases) {
            if (oracle.config(one.folder(), one.args()).isEmpty()) {
                throw new IllegalStateException(one.name() + ": refused by docker compose (expected: rendered)");
            }
        }
        long theirs = System.nanoTime() - begin;
        begin = System.nanoTime();
        render(cases);
        long cold = System.nanoTime() - begin;
        for (int i = 0; i < WARM_UPS; i++) {
            render(cases);
        }
        begin = System.nanoTime();
        render(cases);
        long warm = System.nanoTime() - begin;
        System.out.printf(
                "%d projects: docker compose %s %d ms, ours cold %d ms, warm %d ms: ratio %.4f%n",
                cases.size(), oracle.version(), ms(theirs), ms(cold), ms(warm), (double) warm / theirs);
    }

    private static void render(List<ComposeCase> cases) {
        for (ComposeCase one : cases) {
            if (!(ComposeRenderer.render(one.request()) instanceof Rendering.Rendered)) {
                throw new IllegalStateException(one.name() + ": refused (expected: rendered)");
            }
        }
    }

    private static long ms(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
