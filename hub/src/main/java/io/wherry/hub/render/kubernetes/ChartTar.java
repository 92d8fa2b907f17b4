package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.hub.registry.StrictTar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
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

    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private String root = "";

    private ChartTar() {}

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
        var limits = new StrictTar.Limits(maxBytes, maxFiles, MAX_FILE_BYTES);
        var words = new StrictTar.Words(
                "is no packed chart",
                "holds more files than a chart may have, all charts in it included: " + ChartFiles.MAX_FILES,
                "unpacks to more than a chart may have, all charts in it included: " + (ChartFiles.MAX_BYTES >> 20)
                        + " MiB");
        ChartTar chart = new ChartTar();
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed), 64 << 10)) {
            StrictTar.read(in, limits, words, chart::take);
            return chart.files;
        } catch (IOException e) {
            throw new Refused("is no packed chart: " + e.getMessage());
        } catch (StrictTar.Refused e) {
            throw new Refused(String.valueOf(e.getMessage()));
        }
    }

    private void take(StrictTar.Entry entry) {
        String path = path(entry);
        if (entry.folder()) {
            return;
        }
        if (path.isEmpty()) {
            throw new Refused("holds " + entry.shown() + ", which lies beside the chart's folder");
        }
        if (files.put(path, entry.content()) != null) {
            throw new Refused("holds " + entry.shown() + " twice");
        }
    }

    /** Without the first folder, which is the same for all; empty for that folder. */
    private String path(StrictTar.Entry entry) {
        String path = entry.path();
        if (path.isEmpty()) {
            return "";
        }
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        if (root.isEmpty()) {
            root = first;
        } else if (!root.equals(first)) {
            throw new Refused("holds " + entry.shown() + ", which lies beside the chart's folder " + root);
        }
        return slash < 0 ? "" : path.substring(slash + 1);
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
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", StrictTar.checksum(header)));
        out.write(header);
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        System.arraycopy(text.getBytes(UTF_8), 0, header, at, text.length());
    }
}
