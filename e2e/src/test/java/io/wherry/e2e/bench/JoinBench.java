package io.wherry.e2e.bench;

import java.nio.file.Path;

/** Fills a hub with agents that joined and were never heard again; run by {@code e2e/bench/large-fleet.sh}. */
final class JoinBench {
    private JoinBench() {}

    /** @param args the hub's URL, data folder and agents' port, number of agents */
    public static void main(String[] args) throws Exception {
        try (BenchOperator operator = BenchOperator.of(args[0], Path.of(args[1]));
                BenchFolder folder = BenchFolder.create()) {
            Joining.join(operator, Integer.parseInt(args[2]), folder.path(), Integer.parseInt(args[3]));
        }
    }
}
