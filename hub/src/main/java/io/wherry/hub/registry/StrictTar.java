package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A tar of plain files, read without a disk and strictly: whatever could be two things to two readers, or lie elsewhere than in its folder, is refused.
 *
 * <p>Knows the forms that Go, GNU tar and Helm write: ustar, GNU's long names, POSIX records of paths.
 */
public final class StrictTar {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int MAX_PATH_BYTES = 1024;

    /** Names and comments; more is nobody's. */
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private final InputStream in;
    private final Limits limits;
    private final Words words;
    private long bytes;
    private int entries;

    private StrictTar(InputStream in, Limits limits, Words words) {
        this.in = in;
        this.limits = limits;
        this.words = words;
    }

    /**
     * How much is read.
     *
     * @param bytes     of all that it unpacks to; reading ends there
     * @param entries   files, folders and records
     * @param fileBytes of one file
     */
    public record Limits(long bytes, int entries, int fileBytes) {}

    /** How it is said that this is no tar, holds too many entries, is too large: what follows a name in a sentence. */
    public record Words(String noTar, String tooMany, String tooLarge) {}

    /**
     * A file or a folder.
     *
     * @param path       names with {@code /} between them, none of them empty, {@code .} or {@code ..}; empty for the top itself
     * @param shown      as it is written there, for messages
     * @param content    of a file; not copied: do not change it
     * @param executable whether somebody may run it
     */
    public record Entry(String path, String shown, boolean folder, byte[] content, boolean executable) {}

    /** Takes one entry after the other, in their order. */
    @FunctionalInterface
    public interface Taker {
        void take(Entry entry) throws IOException;
    }

    /** The message says what is in it, or how much. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Reads all of it.
     *
     * @param tar not compressed
     * @throws Refused     with one sentence
     * @throws IOException of the stream or the taker
     */
    public static void read(InputStream tar, Limits limits, Words words, Taker taker) throws IOException {
        new StrictTar(tar, limits, words).read(taker);
    }

    private void read(Taker taker) throws IOException {
        Optional<String> longName = Optional.empty();
        for (byte[] header = block(); !isEmpty(header); header = block()) {
            if (++entries > limits.entries()) {
                throw new Refused(words.tooMany());
            }
            requireChecksum(header);
            String name = longName.orElseGet(shortName(header));
            long size = octal(header, 124, 12);
            char type = (char) header[156];
            longName = Optional.empty();
            switch (type) {
                case '0', 0 -> {
                    String path = path(name);
                    boolean executable = isExecutable(header);
                    taker.take(
                            new Entry(path, shown(name), false, content(name, size, limits.fileBytes()), executable));
                }
                case '5' -> {
                    String path = path(name);
                    taker.take(new Entry(path, shown(name), true, content(name, size, 0), false));
                }
                case 'L' -> longName = Optional.of(text(content(name, size, MAX_RECORD_BYTES)));
                case 'x' -> longName = records(content(name, size, MAX_RECORD_BYTES), name);
                case 'g' -> {
                    if (records(content(name, size, MAX_RECORD_BYTES), name).isPresent()) {
                        throw new Refused("gives one name to all of its entries");
                    }
                }
                case '1', '2' -> throw new Refused("holds a link: " + shown(name));
                default -> throw new Refused("holds something that is neither file nor folder: " + shown(name));
            }
        }
    }

    /** A header without a mode, as some write it, is of a plain file. */
    private static boolean isExecutable(byte[] header) {
        String mode =
                text(Arrays.copyOfRange(header, NAME_BYTES, NAME_BYTES + 8)).strip();
        return mode.matches("[0-7]{1,7}") && (Integer.parseInt(mode, 8) & 0111) != 0;
    }

    private static String path(String name) {
        String plain = name.startsWith("./") ? name.substring(2) : name;
        if (plain.endsWith("/")) {
            plain = plain.substring(0, plain.length() - 1);
        }
        if (plain.isEmpty() || plain.equals(".")) {
            return "";
        }
        if (!isPlain(plain)) {
            throw new Refused("holds " + shown(name) + ", whose path could lead elsewhere");
        }
        return plain;
    }

    /** Whether this is a path below a folder, and the same one to everybody. */
    public static boolean isPlain(String path) {
        boolean odd = path.getBytes(UTF_8).length > MAX_PATH_BYTES
                || path.indexOf('\\') >= 0
                || path.chars().anyMatch(c -> c < ' ')
                || path.matches("[A-Za-z]:.*");
        return !odd
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    private byte[] content(String name, long size, int limit) throws IOException {
        if (size > limit) {
            throw new Refused("holds " + shown(name) + " of " + size + " bytes (at most " + limit + ")");
        }
        count(size);
        byte[] content = in.readNBytes((int) size);
        int padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
        count(padding);
        if (content.length < size || in.readNBytes(padding).length < padding) {
            throw new Refused("ends in the middle of " + shown(name));
        }
        return content;
    }

    private byte[] block() throws IOException {
        count(BLOCK);
        byte[] block = in.readNBytes(BLOCK);
        if (block.length == 0 && entries > 0) {
            return new byte[BLOCK]; // some end without the empty blocks
        }
        if (block.length < BLOCK) {
            throw new Refused(words.noTar() + ": it ends in the middle");
        }
        return block;
    }

    private void count(long more) {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw new Refused(words.tooLarge());
        }
    }

    /** The path that these records of POSIX give to the next entry. */
    private static Optional<String> records(byte[] records, String name) {
        Optional<String> path = Optional.empty();
        int at = 0;
        while (at < records.length) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            String written = new String(records, at, space - at, UTF_8);
            int length = written.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(written) : 0;
            if (length <= space - at + 1 || at + length > records.length || records[at + length - 1] != '\n') {
                throw new Refused("holds records that cannot be read, before " + shown(name));
            }
            String record = new String(records, space + 1, at + length - space - 2, UTF_8);
            if (record.startsWith("path=")) {
                path = Optional.of(record.substring("path=".length()));
            } else if (record.startsWith("size=") || record.startsWith("linkpath=") || record.startsWith("GNU.")) {
                throw new Refused("holds an entry in a form that not everybody reads, before " + shown(name));
            }
            at += length;
        }
        return path;
    }

    private static Supplier<String> shortName(byte[] header) {
        return () -> {
            String name = text(Arrays.copyOf(header, NAME_BYTES));
            boolean posix = new String(header, 257, 6, UTF_8).equals("ustar\0");
            String prefix = posix ? text(Arrays.copyOfRange(header, PREFIX_AT, PREFIX_AT + PREFIX_BYTES)) : "";
            return prefix.isEmpty() ? name : prefix + "/" + name;
        };
    }

    private void requireChecksum(byte[] header) {
        if (octal(header, 148, 8) != checksum(header)) {
            throw new Refused(words.noTar() + ": an entry's header is broken");
        }
    }

    /** Of a header, for whoever writes one. */
    public static long checksum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        return sum;
    }

    private long octal(byte[] header, int at, int length) {
        String digits = text(Arrays.copyOfRange(header, at, at + length)).strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new Refused(words.noTar() + ": an entry's header has a number that is not octal");
        }
        return Long.parseLong(digits, 8);
    }

    /** Up to the first NUL. */
    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, UTF_8);
    }

    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return "\"" + (plain.length() > NAME_BYTES ? plain.substring(0, NAME_BYTES) + "…" : plain) + "\"";
    }

    private static boolean isEmpty(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
