package io.wherry.hub.cli;

import io.wherry.base.Counted;
import io.wherry.base.ExitCode;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** Hands in receipts that came by hand. The hub takes each once, so a file may be handed in again. */
@picocli.CommandLine.Command(
        name = "import-receipts",
        description = "Hand in what wherry-agent receipts export wrote. Doing it twice is harmless.")
final class BundleImportReceiptsCommand extends Command {
    /** Of base64 in one call: the hub takes bodies of 4 MiB, and the frame of each receipt is small. */
    private static final int BATCH_CHARS = 3 << 20;

    @Parameters(paramLabel = "FILE", description = "A receipts file.")
    private @Nullable Path file;

    /**
     * What the hub said of one agent's.
     *
     * @param receipts   in the file
     * @param added      that the hub did not have
     * @param unverified that are not the agent's, whatever the file says
     */
    private record Taken(long receipts, long added, long unverified) {
        static Taken of(Json.Obj item) {
            return new Taken(item.integer("receipts"), item.integer("new"), item.integer("unverified"));
        }

        Taken and(Taken more) {
            return new Taken(receipts + more.receipts, added + more.added, unverified + more.unverified);
        }
    }

    private final Map<String, Taken> taken = new TreeMap<>();
    private final List<Json> batch = new ArrayList<>();
    private long chars;

    @Override
    ExitCode run() {
        Path path = Objects.requireNonNull(file, "FILE");
        try (BundleFile receipts = FileOnDisk.open(path, Delivery.Kind.RECEIPTS)) {
            for (Descriptor receipt :
                    receipts.delivery().documents(Delivery.RECEIPT).toList()) {
                add(receipt, receipts.read(receipt.digest(), Limits.RECEIPT_ENVELOPE_BYTES));
            }
            send();
        } catch (BundleFileException e) {
            throw FileOnDisk.damaged(path, e);
        } catch (IOException e) {
            throw FileOnDisk.unreadable(path, e);
        }
        taken.forEach((agent, of) -> out().line("agent/" + agent + ": " + Counted.of(of.receipts(), "receipt") + ", "
                + (of.added() == 0 ? "none" : of.added()) + " of them new"));
        if (taken.isEmpty()) {
            out().line("no receipts in " + path);
        }
        taken.forEach((agent, of) -> {
            if (of.unverified() > 0) {
                throw new CliException(
                        ExitCode.VERIFICATION_FAILED,
                        Counted.of(of.unverified(), "receipt") + " of agent/" + agent
                                + " does not verify; it is kept, and says nothing of the site",
                        "copy the file again from the site; wherry events --object agent/" + agent);
            }
        });
        return ExitCode.OK;
    }

    private void add(Descriptor receipt, byte[] envelope) {
        String agent = receipt.annotation(Delivery.AGENT)
                .orElseThrow(() -> new BundleFileException(
                        "receipt " + receipt.digest() + ": says not whose it is (expected: " + Delivery.AGENT + ")"));
        String text = Base64.getEncoder().encodeToString(envelope);
        if (chars + text.length() > BATCH_CHARS) {
            send();
        }
        chars += text.length();
        batch.add(Json.object().put("agent", agent).put("envelope", text).build());
    }

    private void send() {
        if (batch.isEmpty()) {
            return;
        }
        Json.Obj answer = hub().post(
                        "/receipts",
                        Json.object()
                                .put("receipts", new Json.Arr(List.copyOf(batch)))
                                .build());
        answer.objects("items").forEach(item -> taken.merge(item.string("agent"), Taken.of(item), Taken::and));
        batch.clear();
        chars = 0;
    }
}
