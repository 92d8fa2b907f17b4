package io.wherry.agent.runtime.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars11;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A mapping of a kubeconfig. What is wrong is told by line and column, never by what stands there: it may be a secret. */
record KubeconfigNode(YamlNode.Mapping mapping) {

    /** @throws IOException if it is no mapping, or no YAML at all */
    static KubeconfigNode parse(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            YamlNode root = Yaml.parse("kubeconfig", bytes);
            if (root instanceof YamlNode.Scalar scalar && scalar.text().isEmpty()) {
                throw new IOException("cannot be read as a kubeconfig: it is empty");
            }
            return mapping(root, "it");
        } catch (YamlException e) {
            Position at = e.problems().getFirst().at();
            throw new IOException("is no YAML" + (at.line() == 0 ? "" : ": " + words(at)), e);
        }
    }

    private static String words(Position at) {
        return "line " + at.line() + ", column " + at.column();
    }

    private static IOException unexpected(YamlNode node, String what, String expected) {
        return new IOException(
                "cannot be read as a kubeconfig: " + words(node.at()) + ": " + what + " (expected: " + expected + ")");
    }

    private static KubeconfigNode mapping(YamlNode node, String what) throws IOException {
        if (node instanceof YamlNode.Mapping mapping) {
            return new KubeconfigNode(mapping);
        }
        throw unexpected(node, what + " is no mapping", "fields with their values");
    }

    private Optional<YamlNode> find(String field) {
        return mapping.find(field)
                .filter(node -> !(node instanceof YamlNode.Scalar scalar
                        && Scalars11.read(scalar) instanceof ScalarValue.Null));
    }

    boolean has(String field) {
        return find(field).isPresent();
    }

    /** Empty where it is not set. */
    String text(String field) throws IOException {
        YamlNode found = find(field).orElse(null);
        if (found == null) {
            return "";
        }
        if (found instanceof YamlNode.Scalar scalar) {
            return scalar.text();
        }
        throw unexpected(found, field + " is no text", "a text");
    }

    boolean isTrue(String field) throws IOException {
        YamlNode found = find(field).orElse(null);
        if (found == null) {
            return false;
        }
        if (found instanceof YamlNode.Scalar scalar
                && Scalars11.readPlain(scalar.text()) instanceof ScalarValue.Bool(boolean value)) {
            return value;
        }
        throw unexpected(found, field + " is neither true nor false", "true or false");
    }

    boolean saysNoMoreThan(Collection<String> fields) {
        return mapping.fields().stream().map(YamlNode.Field::key).allMatch(fields::contains);
    }

    /**
     * The one of that name in a list of this file: {@code contexts: [{name: NAME, context: {…}}]}.
     *
     * @param what {@code context}, {@code cluster} or {@code user}
     * @param at   what says the name
     */
    KubeconfigNode pick(String what, String name, String at) throws IOException {
        List<String> known = new ArrayList<>();
        KubeconfigNode picked = null;
        for (KubeconfigNode one : list(what + "s")) {
            known.add(one.text("name"));
            if (picked == null && name.equals(one.text("name")) && one.has(what)) {
                picked = mapping(one.find(what).orElseThrow(), what + " " + name);
            }
        }
        if (picked != null && !name.isBlank()) {
            return picked;
        }
        String expected = " (expected: "
                + (known.isEmpty() ? "one of its " + what + "s; it has none" : String.join(" or ", known)) + ")";
        throw new IOException(at + (name.isBlank() ? ": not set" : ": there is no " + what + " " + name) + expected);
    }

    private List<KubeconfigNode> list(String field) throws IOException {
        YamlNode found = find(field).orElse(null);
        List<KubeconfigNode> items = new ArrayList<>();
        if (found instanceof YamlNode.Sequence sequence) {
            for (YamlNode item : sequence.items()) {
                items.add(mapping(item, "an item of " + field));
            }
        } else if (found != null) {
            throw unexpected(found, field + " is no list", "a list of mappings with a name");
        }
        return items;
    }
}
