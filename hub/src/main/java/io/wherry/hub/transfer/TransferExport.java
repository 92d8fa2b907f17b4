package io.wherry.hub.transfer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.base.DurableFiles;
import io.wherry.base.Progress;
import io.wherry.base.ShutdownHook;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.TransferList;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.registry.RegistryException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a transfer file: gather, list, sign, write, read back. It has its name only once it was read back whole. */
public final class TransferExport {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Access access;
    private final SigningKey key;
    private final InstantSource clock;
    private final Progress progress;

    public TransferExport(Access access, SigningKey key, InstantSource clock, Progress progress) {
        this.access = access;
        this.key = key;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Writes it.
     *
     * @return its list
     * @throws TransferException if something cannot be had or written; what was at the target stays
     */
    public TransferList write(ExportRequest request, Path target) {
        Path file = target.toAbsolutePath().normalize();
        Path part = DurableFiles.beside(file);
        Path room = Folders.beside(file);
        try (ShutdownHook.Armed _ = Folders.tidied(room, part)) {
            Cargo cargo = new Cargo(access, room, clock, earlier(request));
            cargo.gather(request, progress);
            TransferList list = cargo.list();
            writeTo(part, cargo, list, bytes(file, list));
            progress.at("reading " + file.getFileName() + " back");
            TransferFile.open(part, Optional.of(key.publicKey())).close();
            DurableFiles.move(part, file);
            return list;
        } catch (RegistryException e) {
            throw TransferException.failed(String.valueOf(e.getMessage()), e.hint(), e);
        } catch (IOException e) {
            throw TransferException.failed(
                    file + " cannot be written: " + TransferException.words(e),
                    "is there room, and may you write there? What was there stays",
                    e);
        } finally {
            Folders.delete(room);
            Folders.delete(part);
        }
    }

    private Optional<TransferList> earlier(ExportRequest request) {
        return request.since().map(file -> {
            progress.at("verifying " + file);
            try (TransferFile opened = TransferFile.open(file, Optional.of(key.publicKey()))) {
                return opened.list();
            }
        });
    }

    private Progress.Bytes bytes(Path file, TransferList list) {
        return new Progress.Bytes(
                progress,
                "writing " + file.getFileName(),
                list.contents().stream()
                        .mapToLong(TransferList.Content::sizeBytes)
                        .sum());
    }

    private void writeTo(Path part, Cargo cargo, TransferList list, Progress.Bytes bytes) throws IOException {
        byte[] envelope = signed(list);
        Descriptor document = Descriptor.blob(Delivery.TRANSFER_LIST, envelope, Map.of());
        Delivery delivery = new Delivery(Delivery.Kind.TRANSFER, List.of(document));
        try {
            BundleFileWriter.requireFits(
                    1, cargo.manifests().size(), cargo.blobs().size());
        } catch (IllegalArgumentException e) {
            throw tooMuch(e);
        }
        try (FileChannel channel = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            BundleFileWriter.write(
                    out,
                    delivery,
                    cargo.manifests(),
                    cargo.blobs(),
                    digest -> digest.equals(document.digest())
                            ? new java.io.ByteArrayInputStream(envelope)
                            : bytes.counted(cargo.open(digest)));
            out.flush();
            channel.force(true);
        }
    }

    private byte[] signed(TransferList list) {
        try {
            return Envelope.sign(list.toStatement(), key).toJson();
        } catch (IllegalArgumentException e) {
            throw tooMuch(e);
        }
    }

    private static TransferException tooMuch(IllegalArgumentException e) {
        return TransferException.usage(
                "too much for one file: " + e.getMessage(), "make several, or name fewer refs: --repo PLACE@REF");
    }

    /** Digest of a list: what a later file names as the one before. */
    static Digest digest(TransferList list) {
        return Digest.of(list.toStatement());
    }
}
