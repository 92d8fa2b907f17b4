package io.wherry.hub.render.compose;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** Makes the relative paths of a rendered model absolute, as {@code docker compose config} prints them: for people and pipelines. */
public final class AbsolutePaths {
    private AbsolutePaths() {}

    /** @param projectFolder the absolute folder in which {@code .} lies */
    public static Json.Obj of(Json.Obj model, String projectFolder) {
        SequencedMap<String, Json> top = new LinkedHashMap<>(model.fields());
        UnaryOperator<Json> absolute = path -> path instanceof Json.Str(String text) && text.startsWith(".")
                ? new Json.Str(Paths.clean(projectFolder + "/" + text))
                : path;
        top.computeIfPresent(
                "services",
                (key, services) -> each(
                        services,
                        service -> field(
                                service,
                                "volumes",
                                mounts -> items(
                                        mounts, mount -> isBind(mount) ? field(mount, "source", absolute) : mount))));
        for (String section : new String[] {"configs", "secrets"}) {
            top.computeIfPresent(section, (key, entries) -> each(entries, entry -> field(entry, "file", absolute)));
        }
        return new Json.Obj(top);
    }

    private static boolean isBind(Json mount) {
        return mount instanceof Json.Obj fields
                && fields.findString("type").filter("bind"::equals).isPresent();
    }

    private static Json each(Json entries, UnaryOperator<Json> change) {
        if (!(entries instanceof Json.Obj(SequencedMap<String, Json> fields))) {
            return entries;
        }
        Map<String, Json> changed = new LinkedHashMap<>(fields);
        changed.replaceAll((name, entry) -> change.apply(entry));
        return Json.Obj.of(changed);
    }

    private static Json field(Json entry, String key, UnaryOperator<Json> change) {
        if (!(entry instanceof Json.Obj(SequencedMap<String, Json> fields))) {
            return entry;
        }
        SequencedMap<String, Json> changed = new LinkedHashMap<>(fields);
        changed.computeIfPresent(key, (k, value) -> change.apply(value));
        return new Json.Obj(changed);
    }

    private static Json items(Json list, UnaryOperator<Json> change) {
        return list instanceof Json.Arr(var items)
                ? new Json.Arr(items.stream().map(change).toList())
                : list;
    }
}
