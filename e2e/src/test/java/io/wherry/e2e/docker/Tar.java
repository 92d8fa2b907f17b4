package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** Writes a tar in the ustar form, with fixed times and owners: the same input gives the same bytes. */
final class Tar {
    private static final int BLOCK_BYTES = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Tar file(String name, int mode, byte[] content) {
        header(name, mode, content.length, '0', "");
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK_BYTES - content.length % BLOCK_BYTES) % BLOCK_BYTES]);
        return this;
    }

    Tar folder(String name, int mode) {
        header(name + "/", mode, 0, '5', "");
        return this;
    }

    Tar link(String name, String target) {
        header(name, 0777, 0, '2', target);
        return this;
    }

    byte[] toBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(out.toByteArray());
        all.writeBytes(new byte[2 * BLOCK_BYTES]);
        return all.toByteArray();
    }

    private void header(String name, int mode, long sizeBytes, char type, String target) {
        byte[] header = new byte[BLOCK_BYTES];
        put(header, 0, name);
        put(header, 100, octal(mode, 7));
        put(header, 108, octal(0, 7));
        put(header, 116, octal(0, 7));
        put(header, 124, octal(sizeBytes, 11));
        put(header, 136, octal(0, 11));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 255;
        }
        put(header, 148, octal(sum, 6) + "\0 ");
        out.writeBytes(header);
    }

    private static String octal(long number, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", number);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(text.chars().allMatch(c -> c < 128) ? US_ASCII : UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
