package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Packs what nobody should: each entry as it is told, whatever its name and type. */
public final class TestTar {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    private String mode = "0000644";

    /** Of the entries that follow. */
    public TestTar mode(String octal) {
        mode = octal;
        return this;
    }

    public TestTar file(String name, String content) {
        return entry(name, '0', content.getBytes(UTF_8));
    }

    public TestTar link(String name, char type) {
        return entry(name, type, new byte[0]);
    }

    public TestTar entry(String name, char type, byte[] content) {
        header(name, type, content.length);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    /** A header alone. */
    public TestTar header(String name, char type, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, mode + "\0000000000\0000000000\0");
        put(header, 124, String.format(Locale.ROOT, "%011o\00000000000000\0", size));
        header[156] = (byte) type;
        put(header, 157, type == '1' || type == '2' ? "/etc/passwd" : "");
        put(header, 257, "ustar\00000");
        put(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        tar.writeBytes(header);
        return this;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    public byte[] gz() {
        return gz(plain());
    }

    /** Not compressed. */
    public byte[] plain() {
        tar.writeBytes(new byte[2 * BLOCK]);
        return tar.toByteArray();
    }

    public static byte[] gz(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
