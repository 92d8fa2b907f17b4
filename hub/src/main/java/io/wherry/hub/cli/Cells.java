package io.wherry.hub.cli;

import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of one cell, from the item's JSON and the column's heading. */
final class Cells {
    private Cells() {}

    static String of(Json.Obj item, String heading, Words words) {
        Json.Obj metadata = item.findObject("metadata").orElse(item);
        Json.Obj spec = item.findObject("spec").orElse(item);
        Json.Obj status = item.findObject("status").orElse(item);
        return switch (heading) {
            case "NAME" -> text(metadata, "name");
            case "ID" ->
                text(
                        item.findObject("metadata").isPresent() ? metadata : item,
                        item.findObject("metadata").isPresent() ? "uid" : "id");
            case "STATUS" -> words.status(status);
            case "STATE" -> text(status, "state");
            case "HEALTHY" -> status.integerOr("healthy", 0) + "/" + status.integerOr("targets", 0);
            case "REF" -> reference(spec);
            case "REVISION" -> brief(text(status, "revision"));
            case "CHECKED" -> words.ago(text(status, "lastCheck"));
            case "NEXT" -> words.until(text(status, "nextCheck"));
            case "SEEN" -> words.ago(text(status, "lastSeen"));
            case "RUNTIME" ->
                (text(status, "runtime") + " " + text(status, "runtimeVersion")).strip()
                        + (status.boolOr("swarmManager", false) ? ", swarm manager" : "");
            case "VERSION" ->
                status.find("version")
                        .map(v -> v instanceof Json.Int(long n) ? String.valueOf(n) : text(status, "version"))
                        .orElse("");
            case "FOR" -> // a host, or the stacks of a secret
                item.find("stacks").isPresent() ? String.join(",", item.strings("stacks")) : text(item, "host");
            case "FILE" -> metadata.findObject("owner").map(Cells::file).orElse("");
            case "LABELS" -> labels(item.findObject("metadata").isPresent() ? metadata : item);
            case "MEMBERS" -> String.join(",", status.strings("members"));
            case "SELECTOR" -> text(status, "selector");
            case "AGENTS" -> String.join(",", status.strings("governs"));
            case "RULES" -> rules(spec);
            case "REFUSES" -> String.join("; ", status.strings("refusals"));
            case "WAVES" ->
                spec.objects("waves").stream().map(wave -> wave.string("name")).collect(Collectors.joining(", "));
            case "IN FLIGHT" -> String.valueOf(spec.integerOr("maxInFlight", 0));
            case "STACKS" -> String.join(",", status.strings("stacks"));
            case "FAILURES" -> text(spec, "maxFailures");
            case "EXPIRES" -> words.until(text(status, "expiresAt"));
            case "USED" -> words.ago(text(status, "lastUsed"));
            case "CREATED BY" -> text(status, "createdBy");
            case "SOURCE" -> text(spec, "sourceRef");
            case "MODE" -> spec.findObject("sync").map(s -> text(s, "mode")).orElse("auto");
            case "NEXT COMMAND" -> text(status, "hint");
            case "MESSAGE" -> text(status, "message");
            default -> text(spec, heading.toLowerCase(java.util.Locale.ROOT));
        };
    }

    /** Of a policy: the names of those that hold. */
    private static String rules(Json.Obj spec) {
        Stream<String> set = Stream.of("require", "allow", "deny")
                .flatMap(part -> spec.object(part).fields().entrySet().stream())
                .filter(rule -> !rule.getValue().equals(Json.of(false)))
                .map(Map.Entry::getKey);
        return Stream.concat(set, Stream.of("syncWindows").filter(key -> spec.find(key)
                        .isPresent()))
                .collect(Collectors.joining(","));
    }

    private static String text(Json.Obj object, String key) {
        return object.findString(key).orElse("");
    }

    private static String reference(Json.Obj spec) {
        return spec.findObject("ref")
                .map(ref -> ref.fields().entrySet().stream()
                        .map(e -> e.getValue() instanceof Json.Str(String s) ? e.getKey() + " " + brief(s) : e.getKey())
                        .collect(Collectors.joining(",")))
                .orElseGet(() -> text(spec, "type")); // charts have none
    }

    /** Which file declares it, and the commit that brought it. */
    private static String file(Json.Obj owner) {
        String commit = brief(text(owner, "commit"));
        return text(owner, "file") + (commit.isEmpty() ? "" : "@" + commit);
    }

    private static String brief(String revision) {
        return revision.matches("[0-9a-f]{40}|sha256:[0-9a-f]{64}") ? Words.commit(revision) : revision;
    }

    private static String labels(Json.Obj object) {
        Map<String, String> labels = object.stringMap("labels");
        return labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
