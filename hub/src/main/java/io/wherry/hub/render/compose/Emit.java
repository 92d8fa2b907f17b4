package io.wherry.hub.render.compose;

import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Step 14: writes the resolved model as JSON, in the types that {@code docker compose config} writes, keys sorted. */
final class Emit {
    private static final Json.Obj EMPTY = Json.object().build();

    private final SortedSet<String> siteVariables = new TreeSet<>();

    /** The late site variables that the model holds. */
    SortedSet<String> siteVariables() {
        return siteVariables;
    }

    Json.Obj model(Model model, String project) {
        SortedMap<String, Json> top = new TreeMap<>();
        top.put("name", new Json.Str(project));
        section(top, "services", model.services());
        section(top, "networks", model.networks());
        section(top, "volumes", model.volumes());
        section(top, "configs", model.configs());
        section(top, "secrets", model.secrets());
        return Json.Obj.of(top);
    }

    private void section(SortedMap<String, Json> top, String name, Map<String, YamlNode> entries) {
        if (entries.isEmpty()) {
            return;
        }
        Attributes.Node entry =
                Attributes.root().field(name).flatMap(node -> node.field("*")).orElseThrow();
        SortedMap<String, Json> written = new TreeMap<>();
        entries.forEach((key, node) -> {
            SequencedMap<String, Json> fields =
                    new LinkedHashMap<>(fields(node, entry).fields());
            if (name.equals("services")) {
                // Compose writes both always: absent and empty mean different things for them.
                fields.putIfAbsent("command", new Json.Null());
                fields.putIfAbsent("entrypoint", new Json.Null());
            }
            written.put(escaped(key), Json.Obj.of(new TreeMap<>(fields)));
        });
        top.put(name, Json.Obj.of(written));
    }

    private Json.Obj fields(YamlNode node, Attributes.Node at) {
        SortedMap<String, Json> fields = new TreeMap<>();
        Nodes.map(node).forEach((key, value) -> {
            Optional<Attributes.Node> below =
                    at.field(key).filter(n -> n.attribute().use().isCarried());
            below.flatMap(n -> value(value, n)).ifPresent(json -> fields.put(escaped(key), json));
        });
        return Json.Obj.of(fields);
    }

    /** The value, or empty if it says no more than absence. */
    private Optional<Json> value(YamlNode node, Attributes.Node at) {
        Attribute attribute = at.attribute();
        Json json =
                switch (node) {
                    case YamlNode.Scalar scalar -> scalar(scalar, attribute.scalar());
                    case YamlNode.Sequence sequence -> {
                        List<Json> items = new ArrayList<>();
                        sequence.items().forEach(item -> at.item()
                                .flatMap(i -> value(item, keep(i)))
                                .ifPresent(items::add));
                        yield new Json.Arr(items);
                    }
                    case YamlNode.Mapping mapping ->
                        attribute.path().equals("services.*.deploy") ? deploy(mapping, at) : fields(mapping, at);
                };
        boolean empty = isEmpty(json) || (attribute.scalar() == Form.DURATION && json.equals(Json.of("0s")));
        return attribute.keep() || !empty ? Optional.of(json) : Optional.empty();
    }

    private static Attributes.Node keep(Attributes.Node item) {
        return new Attributes.Node(item.attribute().kept(), item.below());
    }

    /** Compose writes these two with every deploy. */
    private Json deploy(YamlNode.Mapping mapping, Attributes.Node at) {
        SortedMap<String, Json> fields = new TreeMap<>(fields(mapping, at).fields());
        fields.putIfAbsent("placement", EMPTY);
        fields.putIfAbsent("resources", EMPTY);
        return Json.Obj.of(fields);
    }

    private Json scalar(YamlNode.Scalar scalar, Form form) {
        if (Scalars.read(scalar) instanceof ScalarValue.Null) {
            return new Json.Null();
        }
        String text = Nodes.asText(scalar);
        return switch (form) {
            case BOOL -> new Json.Bool(Scalar.bool(text).orElse(false));
            case INT -> new Json.Int(Scalar.integer(scalar).orElse(0L));
            case NUMBER -> number(Scalar.number(text).orElse(0.0));
            case COUNT ->
                new Json.Int(text.equals("all") ? -1 : Scalar.integer(scalar).orElse(0L));
            case SWAP -> text.equals("-1") ? new Json.Str(text) : scalar(scalar, Form.BYTES);
            case BYTES, SIZE_TEXT ->
                new Json.Str(GoFormat.bytes(text)
                        .filter(n -> n != 0)
                        .map(String::valueOf)
                        .orElse(""));
            case DURATION ->
                new Json.Str(GoFormat.duration(text).map(GoFormat::duration).orElse(""));
            case MODE ->
                new Json.Str(Scalar.mode(scalar)
                        .map(mode -> "0" + Long.toOctalString(mode))
                        .orElse(""));
            case TEXT, ATOM, ANY, NULL, LIST, FIELDS -> new Json.Str(escaped(text));
        };
    }

    private static Json number(double value) {
        return value == Math.rint(value) ? new Json.Int((long) value) : new Json.Dec(BigDecimal.valueOf(value));
    }

    private String escaped(String text) {
        return SiteMark.escaped(text, siteVariables);
    }

    private static boolean isEmpty(Json json) {
        return switch (json) {
            case Json.Str(String text) -> text.isEmpty();
            case Json.Int(long number) -> number == 0;
            case Json.Bool(boolean bool) -> !bool;
            case Json.Arr(List<Json> items) -> items.isEmpty();
            case Json.Obj(var fields) -> fields.isEmpty();
            case Json.Null _ -> true;
            case Json.Dec _ -> false;
        };
    }
}
