package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;

/**
 * What files may cost that are made of others. Each file has limits of its own, but ten lines can name one file many times over, and a
 * service can be extended by all others: the sum is what fills memory.
 */
final class Budget {
    /** 200 files read for {@code include} and {@code extends}, each time counted: a folder for each of 50 services, read four times. */
    static final int MAX_READS = 200;

    /** 200,000 nodes of all files and extended services together: what one file may have; a stack of 100 services has 20,000. */
    static final long MAX_NODES = 200_000;

    /** 16 MiB of files of variables and labels, each reading counted: 500 services with 32 KiB each. */
    static final long MAX_VARIABLE_BYTES = 16L << 20;

    private final Problems problems;
    private int reads;
    private long nodes;
    private long variableBytes;

    Budget(Problems problems) {
        this.problems = problems;
    }

    /** Whether one more file may be read; false, with a problem, if not. */
    boolean read(Position at) {
        if (++reads > MAX_READS) {
            problems.add(at, "too many files are included and extended", "at most " + MAX_READS + " in all");
            return false;
        }
        return true;
    }

    /** Whether the node may be kept beside all others; false, with a problem, if not. */
    boolean hold(YamlNode node) {
        nodes += Nodes.count(node);
        if (nodes > MAX_NODES) {
            problems.add(
                    node.at(),
                    "the files of the stack are too large together",
                    "at most " + MAX_NODES + " nodes, with everything counted that is extended and included");
            return false;
        }
        return true;
    }

    /** Whether no more nodes may be kept. */
    boolean isSpent() {
        return nodes > MAX_NODES;
    }

    /** Whether a file of variables may be parsed; false, with a problem, if not. */
    boolean variables(TreeFile file, Position at) {
        variableBytes += file.content().length;
        if (variableBytes > MAX_VARIABLE_BYTES) {
            problems.add(
                    at,
                    "the files of variables and labels are too large",
                    "at most " + (MAX_VARIABLE_BYTES >> 20) + " MiB in all, with each reading counted");
            return false;
        }
        return true;
    }
}
