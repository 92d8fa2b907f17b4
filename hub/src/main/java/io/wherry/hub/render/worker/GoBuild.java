package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a program that was compiled by Go says of the modules that it is made of, as {@code go version -m} prints it. Distributions compile programs outside of their releases:
 * these call themselves {@code (devel)}, and yet hold which code they are.
 */
final class GoBuild {
    /** 512 MiB: kubectl has 130. */
    private static final long MAX_BYTES = 512L << 20;

    /** 1 MiB of modules. */
    private static final int MAX_TEXT = 1 << 20;

    private static final byte[] MAGIC = {(byte) 0xff, ' ', 'G', 'o', ' ', 'b', 'u', 'i', 'l', 'd', 'i', 'n', 'f', ':'};

    private static final int ALIGNED = 16;
    private static final int FLAGS_AT = 15;

    /** The texts stand right behind the head, each with its length: since Go 1.18. */
    private static final int INLINE = 2;

    private static final int TEXTS_AT = 32;

    /** Around the modules stands a mark of 16 bytes. */
    private static final int MARK = 16;

    private GoBuild() {}

    /** Module to version, such as {@code v0.20.1}; none if the file tells nothing. A module that was replaced by a folder has the version that it replaces. */
    static Map<String, String> modules(Path program) {
        try (FileChannel file = FileChannel.open(program)) {
            return file.size() > MAX_BYTES
                    ? Map.of()
                    : text(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()))
                            .map(GoBuild::parse)
                            .orElse(Map.of());
        } catch (IOException e) {
            return Map.of(); // it may be run and not be read: then it says nothing of itself
        }
    }

    private static Optional<String> text(ByteBuffer bytes) {
        for (int at = 0; at + TEXTS_AT < bytes.limit(); at += ALIGNED) {
            if (isHead(bytes, at)) {
                ByteBuffer texts = bytes.position(at + TEXTS_AT);
                if (next(texts).isPresent()) { // the version of Go
                    return next(texts)
                            .filter(text -> text.length > 2 * MARK)
                            .map(text -> new String(text, MARK, text.length - 2 * MARK, UTF_8));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isHead(ByteBuffer bytes, int at) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes.get(at + i) != MAGIC[i]) {
                return false;
            }
        }
        return (bytes.get(at + FLAGS_AT) & INLINE) != 0;
    }

    private static Optional<byte[]> next(ByteBuffer texts) {
        long length = 0;
        for (int shift = 0; shift <= 28 && texts.hasRemaining(); shift += 7) {
            byte part = texts.get();
            length |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                if (length > Math.min(MAX_TEXT, texts.remaining())) {
                    return Optional.empty();
                }
                byte[] text = new byte[(int) length];
                texts.get(text);
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> parse(String text) {
        Map<String, String> modules = new TreeMap<>();
        text.lines().map(line -> line.split("\t", -1)).forEach(fields -> {
            if (fields.length > 2 && (fields[0].equals("mod") || fields[0].equals("dep"))) {
                modules.put(fields[1], fields[2]);
            }
        });
        return modules;
    }
}
