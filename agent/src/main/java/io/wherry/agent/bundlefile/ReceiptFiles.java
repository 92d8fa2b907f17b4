package io.wherry.agent.bundlefile;

import io.wherry.agent.report.Outbox;
import io.wherry.agent.state.StateException;
import io.wherry.base.DurableFiles;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileReader;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
    /** All outboxes of a hundred sites, each far from full. */
    private static final long MAX_BYTES = 256L << 20;

    private ReceiptFiles() {}

    /**
     * Adds an agent's receipts to a file, durably. They stay in the outbox: only the hub's word that they are safe takes them out.
     *
     * @return how many receipts of this agent the file holds now
     * @throws BundleFileException if there is a file that is no receipts file
     * @throws StateException      if outbox or file cannot be read or written
     */
    public static int export(Path outbox, AgentId agent, Path file) {
        Map<Digest, byte[]> bytes = new HashMap<>();
        Map<Digest, Descriptor> documents = new LinkedHashMap<>();
        try {
            if (Files.exists(file)) {
                existing(file, bytes).documents().forEach(document -> documents.put(document.digest(), document));
            }
            List<Outbox.Letter> letters = Outbox.letters(outbox);
            for (Outbox.Letter letter : letters) {
                Descriptor document =
                        Descriptor.blob(Delivery.RECEIPT, letter.envelope(), Map.of(Delivery.AGENT, agent.value()));
                bytes.put(document.digest(), letter.envelope());
                documents.put(document.digest(), document);
            }
            write(file, new Delivery(Delivery.Kind.RECEIPTS, new ArrayList<>(documents.values())), bytes);
            return letters.size();
        } catch (IOException e) {
            throw StateException.disk("receipts file " + file + ": " + e, e);
        }
    }

    private static Delivery existing(Path file, Map<Digest, byte[]> bytes) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new BundleFileException(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES
                    + "; bring it to the hub and begin a new one)");
        }
        try (InputStream in = Files.newInputStream(file)) {
            Delivery delivery = BundleFileReader.read(in, new Memory(bytes));
            if (delivery.kind() != Delivery.Kind.RECEIPTS) {
                throw new BundleFileException("is " + delivery.kind() + " (expected: a receipts file, or none)");
            }
            return delivery;
        } catch (BundleFileException e) {
            throw new BundleFileException(file + ": " + e.getMessage() + "; it was not touched", e);
        }
    }

    private static void write(Path file, Delivery delivery, Map<Digest, byte[]> bytes) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        BundleFileWriter.write(
                whole,
                delivery,
                List.of(),
                Map.of(),
                digest -> new ByteArrayInputStream(Optional.ofNullable(bytes.get(digest))
                        .orElseThrow(() -> new IOException("blob " + digest + ": lost"))));
        DurableFiles.writeReadable(file.toAbsolutePath(), whole.toByteArray());
    }

    /** Receipts are small. */
    private record Memory(Map<Digest, byte[]> bytes) implements BundleFileReader.Sink {
        @Override
        public OutputStream create(Digest digest, long size) {
            if (size > Math.max(Limits.RECEIPT_ENVELOPE_BYTES, MAX_LIST_BYTES)) {
                throw new BundleFileException("blob " + digest + ": " + size + " bytes, more than a receipt has");
            }
            return new ByteArrayOutputStream() {
                @Override
                public void close() {
                    bytes.put(digest, toByteArray());
                }
            };
        }

        @Override
        public byte[] read(Digest digest, int maxBytes) throws IOException {
            byte[] found = bytes.get(digest);
            if (found == null || found.length > maxBytes) {
                throw new IOException("blob " + digest + ": not there");
            }
            return found;
        }
    }

    /** The list of the receipts is a blob too. */
    private static final int MAX_LIST_BYTES = 8 << 20;
}
