package io.wherry.hub.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The list at the head of a backup: of which hub it is, and every file in it with its length and digest (docs/reference/backup-file.md).
 *
 * @param version         of the program that made it
 * @param madeAt          when, by that machine's clock
 * @param trustDomain     whose hub it is
 * @param rootVersion     of the newest trust root in it
 * @param epoch           of that root
 * @param databaseVersion newest migration of the database in it
 * @param files           in the order in which their contents follow
 */
public record Contents(
        String version,
        Instant madeAt,
        Digest trustDomain,
        long rootVersion,
        long epoch,
        int databaseVersion,
        List<Item> files) {

    /** 200,000 files of about 160 bytes each in the list: far above what a fleet of thousands of stacks has, and small enough for the memory. */
    static final int MAX_LIST_BYTES = 32 << 20;

    /** Every name that a data folder gives to what is backed up: nothing else is ever written by a restore. */
    private static final Pattern NAME = Pattern.compile("hub\\.db|hub\\.yaml|ca(-retired)?\\.crt|admin-token"
            + "|keys/[a-z]{1,32}(\\.pem(\\.next)?)?|roots/[1-9][0-9]{0,5}\\.json|bundles/[0-9a-f]/[0-9a-f]{64}");

    /** What no hub can do without. */
    private static final Set<String> NEEDED = Set.of("hub.db", "hub.yaml", "ca.crt", "keys/ca.pem", "roots/1.json");

    /**
     * One file.
     *
     * @param name below the data folder, with {@code /} between folders
     * @param size in bytes
     */
    public record Item(String name, long size, Digest digest) {
        public Item {
            if (!isName(name)) {
                throw new IllegalArgumentException(
                        "file name: " + name + " (expected: one that a data folder has, like keys/hub.pem)");
            }
            if (size < 0) {
                throw new IllegalArgumentException("size of " + name + ": " + size + " (expected: 0 or more)");
            }
        }

        Set<PosixFilePermission> mode() {
            return Contents.mode(name);
        }
    }

    /** Whether a data folder has such a file, and a hub without it could not go on where this one is. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The modes with which {@code init} and {@code serve} make these files. */
    private static Set<PosixFilePermission> mode(String name) {
        boolean open = name.equals("hub.yaml") || name.equals("ca.crt") || name.startsWith("roots/");
        return PosixFilePermissions.fromString(
                open ? "rw-r--r--" : name.equals("keys/kek") ? "r--------" : "rw-------");
    }

    public Contents {
        files = List.copyOf(files);
        Set<String> names = new HashSet<>();
        for (Item file : files) {
            if (!names.add(file.name())) {
                throw new IllegalArgumentException(
                        "file name: " + file.name() + " stands there twice (expected: once)");
            }
        }
        for (String needed : NEEDED) {
            if (!names.contains(needed)) {
                throw new IllegalArgumentException("files: no " + needed + " (expected: a whole data folder)");
            }
        }
    }

    /** Sum of the files' lengths. */
    long bytes() {
        return files.stream().mapToLong(Item::size).sum();
    }

    byte[] toBytes() {
        return JsonWriter.canonical(Json.object()
                .put("version", version)
                .put("madeAt", madeAt.toString())
                .put("trustDomain", trustDomain.toString())
                .put("rootVersion", rootVersion)
                .put("epoch", epoch)
                .put("databaseVersion", databaseVersion)
                .put(
                        "files",
                        new Json.Arr(files.stream()
                                .<Json>map(file -> Json.object()
                                        .put("name", file.name())
                                        .put("size", file.size())
                                        .put("digest", file.digest().toString())
                                        .build())
                                .toList()))
                .build());
    }

    /** @throws IllegalArgumentException if it is no such list */
    static Contents parse(byte[] bytes) {
        try {
            Json.Obj list = JsonReader.statement(bytes, MAX_LIST_BYTES);
            return new Contents(
                    list.string("version"),
                    Instant.parse(list.string("madeAt")),
                    Digest.parse(list.string("trustDomain")),
                    list.integer("rootVersion"),
                    list.integer("epoch"),
                    Math.toIntExact(list.integer("databaseVersion")),
                    list.objects("files").stream()
                            .map(file -> new Item(
                                    file.string("name"), file.integer("size"), Digest.parse(file.string("digest"))))
                            .toList());
        } catch (JsonException | DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("list: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return new String(toBytes(), UTF_8);
    }
}
