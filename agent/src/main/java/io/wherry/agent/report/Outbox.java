package io.wherry.agent.report;

import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.StateException;
import io.wherry.contract.Digest;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Receipts that are not safe at the hub yet: one file each, named by counter, in a chain.
 *
 * <p>Bounded: when it is full the older half is dropped, and a receipt that names the dropped range takes its place. {@code chain.json} remembers where
 * the chain stands once its files are gone.
 */
public final class Outbox {
    /** A site that reports ten changes an hour stays below this for four days without a link; each receipt is about 2 KiB. */
    public static final int MAX_RECEIPTS = 1024;

    /** 32 MiB: what may be spent on the smallest card. */
    public static final long MAX_BYTES = 32L << 20;

    private static final String SUFFIX = ".dsse.json";

    private final Path folder;
    private final DurableStore store;
    private final ReceiptWriter writer;
    private final int maxReceipts;
    private final TreeMap<Long, Stored> receipts = new TreeMap<>();
    private Chain chain;

    /**
     * Where the chain stands.
     *
     * @param acknowledged digest of the newest receipt the hub named as safe
     */
    private record Chain(long counter, Optional<Digest> last, Optional<Digest> acknowledged) {}

    private record Stored(Digest digest, long sizeBytes) {}

    /** A receipt as it is sent. */
    public record Letter(long counter, Digest digest, byte[] envelope) {}

    private Outbox(Path folder, DurableStore store, ReceiptWriter writer, int maxReceipts, Chain chain) {
        this.folder = folder;
        this.store = store;
        this.writer = writer;
        this.maxReceipts = maxReceipts;
        this.chain = chain;
    }

    /** Opens what an earlier run left. @throws StateException if it cannot be read */
    public static Outbox open(Path folder, DurableStore store, ReceiptWriter writer) {
        return open(folder, store, writer, MAX_RECEIPTS);
    }

    static Outbox open(Path folder, DurableStore store, ReceiptWriter writer, int maxReceipts) {
        Path file = folder.resolve("chain.json");
        Chain chain = new Chain(0, Optional.empty(), Optional.empty());
        if (Files.exists(file)) {
            Json.Obj json = JsonReader.object(DurableStore.read(file));
            chain = new Chain(
                    json.integer("counter"),
                    json.findString("last").map(Digest::parse),
                    json.findString("acknowledged").map(Digest::parse));
        }
        Outbox outbox = new Outbox(folder, store, writer, maxReceipts, chain);
        outbox.load();
        return outbox;
    }

    private void load() {
        each(folder, letter -> {
            receipts.put(letter.counter(), new Stored(letter.digest(), letter.envelope().length));
            if (letter.counter() > chain.counter()) {
                chain = new Chain(letter.counter(), Optional.of(letter.digest()), chain.acknowledged());
            }
        });
    }

    /**
     * Shows what lies in an outbox's folder, in order, one at a time: all of it may be larger than the memory. Needs no lock: a receipt never changes, and
     * one that goes meanwhile is safe at the hub.
     *
     * @throws StateException if it cannot be read
     */
    public static void each(Path folder, Consumer<Letter> reader) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("\\d{19}\\.dsse\\.json"))
                    .sorted()
                    .toList()) {
                String name = file.getFileName().toString();
                byte[] envelope;
                try {
                    envelope = Files.readAllBytes(file);
                } catch (NoSuchFileException e) {
                    continue; // delivered just now
                }
                reader.accept(new Letter(
                        Long.parseLong(name.substring(0, name.length() - SUFFIX.length())),
                        ReceiptWriter.digestOf(envelope),
                        envelope));
            }
        } catch (IOException e) {
            throw StateException.disk("outbox " + folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Signs and stores a receipt. Durable when this returns. @return its digest */
    public synchronized Digest add(Receipt.Body body) {
        if (receipts.size() >= maxReceipts || bytes() >= MAX_BYTES) {
            dropOlderHalf();
        }
        return append(body);
    }

    private Digest append(Receipt.Body body) {
        long counter = chain.counter() + 1;
        byte[] envelope = writer.sign(counter, chain.last(), body);
        Digest digest = ReceiptWriter.digestOf(envelope);
        store.write(file(counter), envelope);
        receipts.put(counter, new Stored(digest, envelope.length));
        chain = new Chain(counter, Optional.of(digest), chain.acknowledged());
        return digest;
    }

    private void dropOlderHalf() {
        List<Long> oldest = receipts.keySet().stream()
                .limit(Math.max(1, receipts.size() / 2))
                .toList();
        long from = ReceiptWriter.droppedFrom(read(oldest.getFirst())).orElse(oldest.getFirst());
        append(new Receipt.Body.Dropped(from, oldest.getLast())); // first: a crash here loses nothing
        oldest.forEach(this::delete);
    }

    /** The oldest receipts, in order. */
    public synchronized List<Letter> oldest(int most) {
        List<Letter> letters = new ArrayList<>();
        receipts.entrySet().stream()
                .limit(most)
                .forEach(e -> letters.add(new Letter(e.getKey(), e.getValue().digest(), read(e.getKey()))));
        return letters;
    }

    /** Forgets those that are safe at the hub. @return how many of them were here */
    public synchronized int forget(Set<Digest> safe) {
        List<Map.Entry<Long, Stored>> gone = receipts.entrySet().stream()
                .filter(e -> safe.contains(e.getValue().digest()))
                .map(e -> Map.entry(e.getKey(), e.getValue()))
                .toList();
        if (!gone.isEmpty()) {
            chain = new Chain(
                    chain.counter(),
                    chain.last(),
                    Optional.of(gone.getLast().getValue().digest()));
            writeChain(); // before the files go: they carry the counter until then
            gone.forEach(e -> delete(e.getKey()));
        }
        return gone.size();
    }

    public synchronized int size() {
        return receipts.size();
    }

    /** Counter of the newest receipt; 0 before the first. */
    public synchronized long counter() {
        return chain.counter();
    }

    /** Digest of the newest receipt that is safe at the hub. */
    public synchronized Optional<Digest> acknowledged() {
        return chain.acknowledged();
    }

    private long bytes() {
        return receipts.values().stream().mapToLong(Stored::sizeBytes).sum();
    }

    private void writeChain() {
        store.write(
                folder.resolve("chain.json"),
                JsonWriter.canonical(Json.object()
                        .put("counter", chain.counter())
                        .putIf("last", chain.last().map(Digest::toString))
                        .putIf("acknowledged", chain.acknowledged().map(Digest::toString))
                        .build()));
    }

    private void delete(long counter) {
        DurableStore.delete(file(counter));
        receipts.remove(counter);
    }

    private byte[] read(long counter) {
        return DurableStore.read(file(counter));
    }

    private Path file(long counter) {
        return file(folder, counter);
    }

    /** Where a receipt lies in an outbox's folder. */
    public static Path file(Path folder, long counter) {
        return folder.resolve(String.format(java.util.Locale.ROOT, "%019d", counter) + SUFFIX);
    }
}
