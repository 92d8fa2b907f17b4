package io.wherry.agent.report;

import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.StateException;
import io.wherry.base.Causes;
import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Digest;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Acknowledged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
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
    private ReceiptChain chain;

    private record Stored(Digest digest, long sizeBytes) {}

    /** A receipt as it is sent. */
    public record Letter(long counter, Digest digest, byte[] envelope) {}

    private Outbox(Path folder, DurableStore store, ReceiptWriter writer, int maxReceipts, ReceiptChain chain) {
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
        ReceiptChain chain =
                Files.exists(file) ? ReceiptChain.parse(JsonReader.object(DurableStore.read(file))) : ReceiptChain.NONE;
        Outbox outbox = new Outbox(folder, store, writer, maxReceipts, chain);
        outbox.load();
        return outbox;
    }

    private void load() {
        each(folder, letter -> {
            receipts.put(letter.counter(), new Stored(letter.digest(), letter.envelope().length));
            if (letter.counter() > chain.counter()) {
                chain = chain.at(letter.counter(), letter.digest());
            }
        });
        chain.taken().ifPresent(taken -> forgetUpTo(taken.counter())); // an earlier run died over it
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
            throw StateException.disk("outbox " + folder + ": cannot be read: " + Causes.words(e), e);
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
        chain = chain.at(counter, digest);
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
            chain = chain.safe(gone.getLast().getValue().digest());
            writeChain(); // before the files go: they carry the counter until then
            gone.forEach(e -> delete(e.getKey()));
        }
        return gone.size();
    }

    /** What the signed acknowledgement said that was taken last. */
    public synchronized Optional<Acknowledged> taken() {
        return chain.taken();
    }

    /** Its receipts as far as it knows them still, counter to digest: those that are here, the one before them, and the newest of all. */
    public synchronized SortedMap<Long, Digest> written() {
        SortedMap<Long, Digest> written = new TreeMap<>();
        receipts.forEach((counter, stored) -> written.put(counter, stored.digest()));
        if (!receipts.isEmpty()) {
            long oldest = receipts.firstKey();
            ReceiptWriter.previous(read(oldest)).ifPresent(digest -> written.put(oldest - 1, digest));
        }
        chain.last().ifPresent(digest -> written.put(chain.counter(), digest));
        return written;
    }

    /** How many receipts up to this counter are here. */
    public synchronized int upTo(long counter) {
        return receipts.headMap(counter, true).size();
    }

    /**
     * Forgets what a hub's verified acknowledgement says is safe. Durable: what was taken is remembered first, and files that a death leaves go at the next
     * start.
     *
     * <p>A hub that was restored has lost what was forgotten for its earlier word. Nothing after that gap could ever be acknowledged, so a receipt tells it.
     *
     * @return how many receipts went
     */
    public synchronized int acknowledge(Acknowledgement acknowledgement) {
        Acknowledged by = Acknowledged.by(acknowledgement);
        boolean news = !chain.taken().equals(Optional.of(by));
        NavigableMap<Long, Stored> later = receipts.tailMap(by.counter(), false);
        long gone = later.isEmpty() ? chain.counter() : later.firstKey() - 1;
        if (news && gone > by.counter()) {
            append(new Receipt.Body.Dropped(by.counter() + 1, gone)); // first: a death here only tells it twice
        }
        if (news) {
            chain = upTo(by.counter()) == 0
                    ? chain.taken(by)
                    : chain.safe(by.receipt()).taken(by);
            writeChain(); // before the files go, as in forget
        }
        return forgetUpTo(by.counter());
    }

    private int forgetUpTo(long counter) {
        List<Long> safe = List.copyOf(receipts.headMap(counter, true).keySet());
        safe.forEach(this::delete);
        return safe.size();
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
        store.write(folder.resolve("chain.json"), chain.toBytes());
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
