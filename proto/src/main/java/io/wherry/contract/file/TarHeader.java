package io.wherry.contract.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;

/** One header block of a tar, in the form of POSIX ustar: the only one that is written, and with GNU's spelling of it the only one read. */
final class TarHeader {
    static final int BLOCK = 512;

    static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final int PREFIX_AT = 345;

    private TarHeader() {}

    /**
     * @param name as it stands there, without the {@code ./} that {@code tar c .} writes; empty for the folder itself
     * @param size bytes that follow; 0 for a folder
     */
    record Entry(String name, long size, boolean folder) {}

    static byte[] write(String name, long size) {
        return write(name, size, TarWriter.Access.PLAIN);
    }

    /** Equal names, sizes and owners give equal bytes: no time. */
    static byte[] write(String name, long size, TarWriter.Access access) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, String.format(Locale.ROOT, "%07o\0", access.mode()));
        put(block, 108, String.format(Locale.ROOT, "%07o\0", access.uid()));
        put(block, 116, String.format(Locale.ROOT, "%07o\0", access.gid()));
        put(block, SIZE_AT, String.format(Locale.ROOT, "%011o\0", size));
        put(block, 136, "00000000000\0");
        block[TYPE_AT] = '0';
        put(block, MAGIC_AT, "ustar\00000");
        put(block, CHECKSUM_AT, spell(checksum(block)));
        return block;
    }

    private static String spell(long checksum) {
        return String.format(Locale.ROOT, "%06o\0 ", checksum);
    }

    /** @throws BundleFileException for links, devices and whatever else is no plain file or folder */
    static Entry read(byte[] block, long offset) {
        String written = new String(block, CHECKSUM_AT, CHECKSUM_BYTES, US_ASCII);
        if (!written.equals(
                spell(checksum(block)))) { // exactly as every tar spells it: else a flipped bit could hide here
            throw wrong(offset, "no tar header (its checksum does not fit)", "a file made by wherry");
        }
        String magic = new String(block, MAGIC_AT, 5, US_ASCII);
        String name = text(block, 0, NAME_BYTES);
        if (!magic.equals("ustar") || block[PREFIX_AT] != 0) {
            throw wrong(offset, "entry " + name + " in another form of tar", "ustar, with names of at most 100 bytes");
        }
        char type = (char) block[TYPE_AT];
        if (type != '0' && type != 0 && type != '5') {
            throw wrong(
                    offset,
                    "entry " + name + " of type '" + type + "'",
                    "plain files and folders, no links or devices");
        }
        long size = octal(block, SIZE_AT, SIZE_BYTES, offset);
        if (type == '5' && size != 0) {
            throw wrong(offset, "folder " + name + " with content", "none");
        }
        return new Entry(name.startsWith("./") ? name.substring(2) : name, size, type == '5');
    }

    static boolean isEmpty(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    static BundleFileException wrong(long offset, String found, String expected) {
        return new BundleFileException("at byte " + offset + ": " + found + " (expected: " + expected + ")");
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private static long checksum(byte[] block) {
        byte[] blank = block.clone();
        Arrays.fill(blank, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES, (byte) ' ');
        long sum = 0;
        for (byte b : blank) {
            sum += b & 0xff;
        }
        return sum;
    }

    private static String text(byte[] block, int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return new String(block, at, end - at, US_ASCII);
    }

    private static long octal(byte[] block, int at, int length, long offset) {
        String digits = text(block, at, length).strip();
        if (!digits.matches(
                "[0-7]{1,11}")) { // eleven octal digits are 8 GiB: larger blobs are refused by their limit anyway
            throw wrong(offset, "a number that is not octal", "a tar header");
        }
        return Long.parseLong(digits, 8);
    }
}
