package io.wherry.agent.state;

import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The trust root's chain: {@code roots/1.json} and so on. Verified before it was written, trusted as it stands. */
final class RootFiles {
    private RootFiles() {}

    static void write(StateFolder folder, DurableStore store, List<byte[]> chain) {
        for (int i = 0; i < chain.size(); i++) {
            store.write(file(folder, i + 1), chain.get(i));
        }
    }

    /** @throws StateException if there is none */
    static List<byte[]> read(StateFolder folder) {
        List<byte[]> chain = new ArrayList<>();
        while (Files.exists(file(folder, chain.size() + 1))) {
            chain.add(DurableStore.read(file(folder, chain.size() + 1)));
        }
        if (chain.isEmpty()) {
            throw StateException.broken("trust root " + file(folder, 1) + ": missing; join again");
        }
        return chain;
    }

    static TrustRoot newest(List<byte[]> chain) {
        return TrustRoot.parse(
                JsonReader.statement(Envelope.parse(chain.getLast()).payload(), Limits.STATEMENT_BYTES));
    }

    private static Path file(StateFolder folder, int version) {
        return folder.folder("roots").resolve(version + ".json");
    }
}
