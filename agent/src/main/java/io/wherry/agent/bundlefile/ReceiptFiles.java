package io.wherry.agent.bundlefile;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.agent.report.Outbox;
import io.wherry.agent.state.StateException;
import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the receipts that are not safe at the hub yet into a file that goes there by hand. A file that exists already keeps what is in it, so that one file
 * collects the outcomes of many agents.
 */
public final class ReceiptFiles {
    private static final int BUFFER_BYTES = 64 << 10;

    private ReceiptFiles() {}

    /**
     * Adds an agent's receipts to a file, durably. They stay in the outbox: only the hub's word that they are safe takes them out.
     *
     * @return how many receipts of this agent the file holds now
     * @throws BundleFileException if there is a file that is no receipts file; it is not touched
     * @throws StateException      if outbox or file cannot be read or written
     */
    public static int export(Path outbox, AgentId agent, Path file) {
        try {
            if (!Files.exists(file)) {
                return write(outbox, agent, file, Optional.empty());
            }
            try (BundleFile before = BundleFile.open(file)) {
                if (before.delivery().kind() != Delivery.Kind.RECEIPTS) {
                    throw new BundleFileException("is " + before.delivery().kind()
                            + " (expected: a receipts file to add to, or none; take another name)");
                }
                return write(outbox, agent, file, Optional.of(before));
            } catch (BundleFileException e) {
                throw new BundleFileException(file + ": " + e.getMessage() + "; it was not touched", e);
            }
        } catch (IOException e) {
            throw StateException.disk(
                    "receipts file " + file + ": cannot be written, and what was there is as it was: "
                            + Causes.words(e),
                    e);
        }
    }

    private static int write(Path outbox, AgentId agent, Path file, Optional<BundleFile> before) throws IOException {
        Map<Digest, Descriptor> documents = new LinkedHashMap<>();
        before.ifPresent(
                known -> known.delivery().documents().forEach(document -> documents.put(document.digest(), document)));
        Map<Digest, Long> letters = new HashMap<>();
        Outbox.each(outbox, letter -> {
            Descriptor document =
                    Descriptor.blob(Delivery.RECEIPT, letter.envelope(), Map.of(Delivery.AGENT, agent.value()));
            if (documents.putIfAbsent(document.digest(), document) == null) {
                letters.put(document.digest(), letter.counter());
            }
        });
        Delivery delivery = new Delivery(Delivery.Kind.RECEIPTS, new ArrayList<>(documents.values()));
        Path part = DurableFiles.beside(file.toAbsolutePath());
        try {
            try (FileChannel channel = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
                BundleFileWriter.write(
                        out,
                        delivery,
                        List.of(),
                        Map.of(),
                        digest -> new ByteArrayInputStream(bytes(digest, outbox, letters, before)));
                channel.force(true);
            }
            DurableFiles.move(part, file.toAbsolutePath());
        } finally {
            Files.deleteIfExists(part);
        }
        return (int) delivery.documents().stream()
                .filter(document -> document.annotation(Delivery.AGENT).equals(Optional.of(agent.value())))
                .count();
    }

    private static byte[] bytes(Digest digest, Path outbox, Map<Digest, Long> letters, Optional<BundleFile> before)
            throws IOException {
        Long counter = letters.get(digest);
        return counter == null
                ? before.orElseThrow().read(digest, Limits.RECEIPT_ENVELOPE_BYTES)
                : Files.readAllBytes(Outbox.file(outbox, counter));
    }
}
