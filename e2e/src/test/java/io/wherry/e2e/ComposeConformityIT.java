package io.wherry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.AbsolutePaths;
import io.wherry.hub.render.compose.ComposeRenderer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our renderer against the real {@code docker compose config}, over a corpus: each case equal, or refused by both. */
class ComposeConformityIT {
    /** So that none is lost unseen; a new case may raise it. */
    private static final int MIN_CASES = 370;

    @TempDir
    Path temp;

    @Test
    void rendersAsDockerComposeDoes() throws IOException, InterruptedException {
        ComposeOracle oracle = ComposeOracle.find();
        List<String> differences = new ArrayList<>();
        List<ComposeCase> cases = ComposeCase.unpack(temp);
        for (ComposeCase one : cases) {
            difference(one, oracle).ifPresent(differences::add);
        }
        System.out.printf(
                "compose conformity (docker compose %s): %d of %d equal%n",
                oracle.version(), cases.size() - differences.size(), cases.size());
        assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        assertThat(differences).isEmpty();
    }

    private static Optional<String> difference(ComposeCase one, ComposeOracle oracle)
            throws IOException, InterruptedException {
        String wanted = oracle.config(one.folder(), one.args())
                .map(ComposeConformityIT::wanted)
                .orElse("refused");
        String got = rendered(one);
        return wanted.equals(got) && wanted.equals("refused") == one.isRefusal()
                ? Optional.empty()
                : Optional.of(one.name() + "\n  docker compose: " + wanted + "\n  wherry:         " + got);
    }

    private static String rendered(ComposeCase one) {
        return switch (ComposeRenderer.render(one.request())) {
            case Rendering.Rendered rendered ->
                pretty(AbsolutePaths.of(rendered.model(), one.projectFolder().toString()));
            case Rendering.Invalid invalid -> {
                // The reason matters to a person only; that there is one is what both must agree on.
                assertThat(invalid.problems()).isNotEmpty();
                yield "refused";
            }
        };
    }

    /** What Compose prints, less what we leave out on purpose: x- fields, build beside image, develop, profiles (docs/reference/compose.md). */
    private static String wanted(Json.Obj config) {
        Map<String, Json> top = new TreeMap<>(config.fields());
        top.keySet().removeIf(key -> key.startsWith("x-"));
        top.computeIfPresent("services", (key, services) -> {
            Map<String, Json> all = new TreeMap<>(((Json.Obj) services).fields());
            all.replaceAll((name, service) -> {
                Map<String, Json> fields = new TreeMap<>(((Json.Obj) service).fields());
                fields.keySet().removeAll(List.of("build", "develop", "profiles"));
                fields.computeIfPresent("blkio_config", (field, limits) -> lowerCase(limits));
                return Json.Obj.of(fields);
            });
            return Json.Obj.of(all);
        });
        return pretty(Json.Obj.of(top));
    }

    /** Compose prints Path, Rate and Weight in JSON, and would not read that again: the model is a Compose file, so ours are path, rate, weight. */
    private static Json lowerCase(Json json) {
        return switch (json) {
            case Json.Obj(var fields) -> {
                Map<String, Json> lower = new TreeMap<>();
                fields.forEach((key, value) -> lower.put(key.toLowerCase(Locale.ROOT), lowerCase(value)));
                yield Json.Obj.of(lower);
            }
            case Json.Arr(var items) ->
                new Json.Arr(items.stream().map(ComposeConformityIT::lowerCase).toList());
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> json;
        };
    }

    private static String pretty(Json json) {
        return new String(JsonWriter.canonical(json), java.nio.charset.StandardCharsets.UTF_8);
    }
}
