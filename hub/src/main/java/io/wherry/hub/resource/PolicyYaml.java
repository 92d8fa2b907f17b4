package io.wherry.hub.resource;

import io.wherry.base.yaml.Fields;
import io.wherry.contract.SyncWindow;
import io.wherry.contract.SyncWindows;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the {@code spec} of a policy. */
final class PolicyYaml {
    private static final List<String> FORMATS = List.of("compose", "kubernetes", "kustomize", "helm");

    private static final Map<String, SyncWindow.Kind> KINDS =
            Map.of("allow", SyncWindow.Kind.ALLOW, "deny", SyncWindow.Kind.DENY);

    private PolicyYaml() {}

    static Optional<Policy> read(Metadata metadata, Strict spec) {
        Optional<Selector> selector = SelectorYaml.read(spec, "agentSelector");
        if (!spec.has("agentSelector")) {
            spec.get().missing("agentSelector");
        }
        Policy.Require require = require(spec.sub("require"));
        Optional<Policy.Allow> allow = allow(spec.sub("allow"));
        Policy.Deny deny = deny(spec.sub("deny"));
        boolean windowed = spec.has("syncWindows");
        Optional<SyncWindows> windows = windowed ? windows(metadata, spec) : Optional.empty();
        if (selector.isEmpty() || allow.isEmpty() || (windowed && windows.isEmpty())) {
            return Optional.empty();
        }
        return spec.build(() -> new Policy(metadata, selector.get(), require, allow.get(), deny, windows));
    }

    private static Optional<SyncWindows> windows(Metadata metadata, Strict spec) {
        List<Strict> items = spec.list("syncWindows");
        List<SyncWindow> windows =
                items.stream().flatMap(item -> window(item).stream()).toList();
        return windows.size() < items.size()
                ? Optional.empty()
                : spec.build(() -> new SyncWindows(metadata.name(), windows));
    }

    private static Optional<SyncWindow> window(Strict fields) {
        Optional<SyncWindow.Kind> kind = fields.choice("kind", KINDS, List.of());
        if (!fields.has("kind")) {
            fields.get().missing("kind");
        }
        Set<DayOfWeek> days = days(fields.get());
        Optional<LocalDate> from = fields.get().parsed("from", SyncWindow::date);
        Optional<LocalDate> to = fields.get().parsed("to", SyncWindow::date);
        LocalTime start = fields.get().parsed("start", SyncWindow::time).orElse(LocalTime.MIDNIGHT);
        LocalTime end = fields.get().parsed("end", SyncWindow::time).orElse(LocalTime.MIDNIGHT);
        Optional<ZoneId> zone = fields.get().parsed("timeZone", SyncWindow::zone);
        return kind.flatMap(known -> fields.build(() -> new SyncWindow(known, days, from, to, start, end, zone)));
    }

    private static Set<DayOfWeek> days(Fields fields) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String word : fields.texts("days")) {
            SyncWindow.findDay(word)
                    .ifPresentOrElse(
                            days::add,
                            () -> fields.problem(
                                    "days",
                                    "\"" + word + "\" is not known",
                                    "write some of " + String.join(", ", SyncWindow.DAYS)));
        }
        return days;
    }

    private static Policy.Require require(Strict fields) {
        return new Policy.Require(
                fields.get().bool("pinnedRefs", false),
                fields.get().bool("manualSync", false),
                fields.get().bool("changeRecord", false),
                fields.get().bool("signedCommits", false),
                fields.get().bool("imageDigests", false),
                (int) fields.get().integer("approvals", 0, Policy.MAX_APPROVALS, 0));
    }

    private static Optional<Policy.Allow> allow(Strict fields) {
        List<String> registries = some(fields, "registries");
        List<String> sources = some(fields, "sources");
        List<String> formats = some(fields, "formats");
        for (String format : formats) {
            if (!FORMATS.contains(format)) {
                fields.get().problem("formats", "\"" + format + "\" is not known", Fields.suggestion(format, FORMATS));
                return Optional.empty();
            }
        }
        return fields.build(() ->
                new Policy.Allow(registries.stream().map(ImagePrefix::parse).toList(), sources, formats));
    }

    /** An empty list would allow nothing, which a stop of the stacks says better, or all, which its absence does. */
    private static List<String> some(Strict fields, String key) {
        List<String> values = new ArrayList<>(fields.get().texts(key));
        if (fields.has(key) && values.isEmpty()) {
            fields.get().problem(key, "names none", "name what is allowed, or remove it to allow all");
        }
        return values;
    }

    private static Policy.Deny deny(Strict fields) {
        return new Policy.Deny(
                fields.get().bool("rawSecrets", false),
                fields.get().bool("privileged", false),
                fields.get().bool("hostPaths", false),
                fields.get().bool("capabilities", false));
    }
}
