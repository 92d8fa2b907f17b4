package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A packed chart: a tar of plain files below one folder, compressed. Read without a disk and strictly: whatever could be two things to two readers, or lie
 * elsewhere than in the chart, is refused. Written anew from what was read, so that helm sees that and nothing else.
 */
final class ChartTar {
    /** 5 MiB: helm takes no larger file out of an archive. */
    static final int MAX_FILE_BYTES = 5 << 20;

    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int MAX_PATH_BYTES = 1024;

    /** Names and comments; more is no chart's. */
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private final InputStream in;
    private final long maxBytes;
    private final int maxFiles;
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private long bytes;
    private int entries;
    private String root = "";

    private ChartTar(InputStream in, long maxBytes, int maxFiles) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    /** It cannot be a chart's. The message says what is in it, or how much. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * The files by their paths in the chart.
     *
     * @param maxBytes of all that it unpacks to; reading ends there
     * @throws Refused with one sentence
     */
    static SortedMap<String, byte[]> read(byte[] packed, long maxBytes, int maxFiles) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed), 64 << 10)) {
            return new ChartTar(in, maxBytes, maxFiles).read();
        } catch (IOException e) {
            throw new Refused("is no packed chart: " + e.getMessage());
        }
    }

    private SortedMap<String, byte[]> read() throws IOException {
        Optional<String> longName = Optional.empty();
        for (byte[] header = block(); !isEmpty(header); header = block()) {
            if (++entries > maxFiles) {
                throw new Refused(
                        "holds more files than a chart may have, all charts in it included: " + ChartFiles.MAX_FILES);
            }
            requireChecksum(header);
            String name = longName.orElseGet(shortName(header));
            long size = octal(header, 124, 12);
            char type = (char) header[156];
            longName = Optional.empty();
            switch (type) {
                case '0', 0 -> file(name, size);
                case '5' -> {
                    path(name);
                    content(name, size, 0);
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
        return files;
    }

    private void file(String name, long size) throws IOException {
        String path = path(name);
        if (path.isEmpty()) {
            throw new Refused("holds " + shown(name) + ", which lies beside the chart's folder");
        }
        if (files.put(path, content(name, size, MAX_FILE_BYTES)) != null) {
            throw new Refused("holds " + shown(name) + " twice");
        }
    }

    /** Without the first folder, which is the same for all; empty for that folder. */
    private String path(String name) {
        String plain = name.startsWith("./") ? name.substring(2) : name;
        if (plain.endsWith("/")) {
            plain = plain.substring(0, plain.length() - 1);
        }
        if (plain.isEmpty() || plain.equals(".")) {
            return "";
        }
        boolean odd = plain.getBytes(UTF_8).length > MAX_PATH_BYTES
                || plain.indexOf('\\') >= 0
                || plain.chars().anyMatch(c -> c < ' ')
                || plain.matches("[A-Za-z]:.*");
        String[] names = plain.split("/", -1);
        if (odd || Arrays.stream(names).anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
            throw new Refused("holds " + shown(name) + ", whose path could lead elsewhere");
        }
        if (root.isEmpty()) {
            root = names[0];
        } else if (!root.equals(names[0])) {
            throw new Refused("holds " + shown(name) + ", which lies beside the chart's folder " + root);
        }
        return names.length == 1 ? "" : plain.substring(root.length() + 1);
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
            throw new Refused("is no packed chart: it ends in the middle");
        }
        return block;
    }

    private void count(long more) {
        bytes += more;
        if (bytes > maxBytes) {
            throw new Refused("unpacks to more than a chart may have, all charts in it included: "
                    + (ChartFiles.MAX_BYTES >> 20) + " MiB");
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

    private static java.util.function.Supplier<String> shortName(byte[] header) {
        return () -> {
            String name = text(Arrays.copyOf(header, NAME_BYTES));
            boolean posix = new String(header, 257, 6, UTF_8).equals("ustar\0");
            String prefix = posix ? text(Arrays.copyOfRange(header, PREFIX_AT, PREFIX_AT + PREFIX_BYTES)) : "";
            return prefix.isEmpty() ? name : prefix + "/" + name;
        };
    }

    private static void requireChecksum(byte[] header) {
        if (octal(header, 148, 8) != checksum(header)) {
            throw new Refused("is no packed chart: an entry's header is broken");
        }
    }

    private static long checksum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        return sum;
    }

    private static long octal(byte[] header, int at, int length) {
        String digits = text(Arrays.copyOfRange(header, at, at + length)).strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new Refused("is no packed chart: an entry's header has a number that is not octal");
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

    /** Equal files give equal bytes. */
    static byte[] write(SortedMap<String, byte[]> files) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                byte[] name = ("chart/" + file.getKey()).getBytes(UTF_8);
                if (name.length >= NAME_BYTES) {
                    entry(out, "name".getBytes(UTF_8), 'L', Arrays.copyOf(name, name.length + 1));
                }
                entry(out, Arrays.copyOf(name, Math.min(name.length, NAME_BYTES - 1)), '0', file.getValue());
            }
            out.write(new byte[2 * BLOCK]);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return packed.toByteArray();
    }

    private static void entry(GZIPOutputStream out, byte[] name, char type, byte[] content) throws IOException {
        byte[] header = new byte[BLOCK];
        System.arraycopy(name, 0, header, 0, name.length);
        put(header, NAME_BYTES, "0000644\0000000000\0000000000\0");
        put(header, 124, String.format(Locale.ROOT, "%011o\00000000000000\0", content.length));
        header[156] = (byte) type;
        put(header, 257, "ustar  \0"); // GNU's form, for its long names
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", checksum(header)));
        out.write(header);
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        System.arraycopy(text.getBytes(UTF_8), 0, header, at, text.length());
    }
}
