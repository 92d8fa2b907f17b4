package io.wherry.agent.reconcile;

import java.util.Optional;

/**
 * How large a stack of Kubernetes objects may be for the agent's memory, so that one that is too large is refused before anything of it is touched, and
 * no agent ends in the middle of its apply.
 *
 * @param heapBytes what the JVM may take ({@code -Xmx})
 */
record ModelRoom(long heapBytes) {
    /** Of an object while it is applied: its tree, once more with its marks, what is remembered of it, its step. Ten thousand small ones need 40 MiB. */
    private static final long EACH_OBJECT = 4 << 10;

    /** Of a byte of the model: as it is read, in the tree, and in what is sent and answered. */
    private static final long EACH_BYTE = 4;

    /** That of this process. */
    static ModelRoom ofThisProcess() {
        return new ModelRoom(Runtime.getRuntime().maxMemory());
    }

    /** Before it is read: at half of what would fit, as how many objects there are is not known yet. */
    Optional<String> objection(long bytes) {
        long most = heapBytes / 2 / EACH_BYTE;
        return bytes <= most
                ? Optional.empty()
                : Optional.of("its objects take " + bytes + " bytes (expected: at most " + most + cure());
    }

    /** When it was read. */
    Optional<String> objection(long bytes, int objects) {
        long most = (heapBytes - EACH_BYTE * bytes) / EACH_OBJECT;
        return objects <= most
                ? Optional.empty()
                : Optional.of("it has " + objects + " objects of together " + bytes
                        + " bytes (expected: of such a size at most " + most + cure());
    }

    private String cure() {
        return " with the " + (heapBytes >> 20)
                + " MiB of heap of this agent: make two stacks of it, or give the agent more memory: "
                + "docs/reference/kubernetes-runtime.md, limits)";
    }
}
