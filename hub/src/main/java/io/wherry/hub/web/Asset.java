package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * A file that belongs to the pages. Its address holds a part of its hash: a browser may keep it for ever, and asks for another once it changed.
 *
 * @param address below {@code /assets/}
 */
record Asset(String name, String address, String contentType, byte[] bytes) {
    private static final int HASH_CHARS = 12;

    static final Asset STYLE = load("wherry.css", "text/css; charset=utf-8");
    static final Asset SCRIPT = load("wherry.js", "text/javascript; charset=utf-8");
    static final Asset ICON = load("wherry.svg", "image/svg+xml");

    private static final List<Asset> ALL = List.of(STYLE, SCRIPT, ICON);

    static Optional<Asset> find(String address) {
        return ALL.stream().filter(asset -> asset.address().equals(address)).findFirst();
    }

    String path() {
        return "/assets/" + address;
    }

    String text() {
        return new String(bytes, UTF_8);
    }

    private static Asset load(String name, String contentType) {
        try (InputStream in = Asset.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + ": missing (expected: it is in the jar)");
            }
            byte[] bytes = in.readAllBytes();
            int dot = name.lastIndexOf('.');
            String hash = Digest.of(bytes).hex().substring(0, HASH_CHARS);
            return new Asset(name, name.substring(0, dot) + "-" + hash + name.substring(dot), contentType, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
