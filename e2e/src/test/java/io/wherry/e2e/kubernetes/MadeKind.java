package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What an object of a kind may say, as {@code made-up-objects.txt} has it.
 *
 * @param apiVersion empty: a part of others, no kind
 * @param template   path of its pods' template; empty where it has none
 * @param fields     by path
 */
record MadeKind(String name, String apiVersion, String template, Map<String, Field> fields) {
    static final Map<String, MadeKind> ALL = read();

    /** Of the whole cluster: their names hold the namespace's, so that stacks do not share them. */
    private static final Set<String> CLUSTER_WIDE =
            Set.of("ClusterRole", "PriorityClass", "StorageClass", "Namespace", "CustomResourceDefinition");

    /**
     * @param values JSON with single quotes
     * @param always whether it may not be left out
     * @param fixed  whether the API server refuses a change
     */
    record Field(List<String> values, boolean always, boolean fixed) {}

    static MadeKind of(String name) {
        return Objects.requireNonNull(ALL.get(name), name);
    }

    /** Kinds of objects, without parts of such. */
    static List<String> names() {
        return ALL.values().stream()
                .filter(kind -> !kind.apiVersion().isEmpty())
                .map(MadeKind::name)
                .toList();
    }

    boolean namespaced() {
        return !CLUSTER_WIDE.contains(name);
    }

    boolean runsPods() {
        return !template.isEmpty();
    }

    private static Map<String, MadeKind> read() {
        Map<String, MadeKind> all = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(
                MadeKind.class.getResourceAsStream("/kubernetes/made-up-objects.txt"), "made-up-objects.txt")) {
            MadeKind kind = new MadeKind("", "", "", new LinkedHashMap<>());
            for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                if (line.startsWith("  ")) {
                    int colon = line.indexOf(": ");
                    String flags = line.substring(2, colon).replaceAll("[^=!].*", "");
                    kind.fields.put(
                            line.substring(2 + flags.length(), colon),
                            new Field(
                                    List.of(line.substring(colon + 2).split(" \\| ")),
                                    flags.contains("="),
                                    flags.contains("!")));
                } else if (!line.startsWith("#")) {
                    String[] words = (line + "   ").split(" ", 4);
                    kind = new MadeKind(words[0], words[1], words[2], new LinkedHashMap<>());
                    all.put(kind.name(), kind);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
