package io.wherry.hub.resource;

import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.Digest;
import io.wherry.contract.health.HealthRule;
import io.wherry.contract.health.RuleException;
import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Reads what the {@code spec} of a stack for clusters has of its own. */
final class ClusterYaml {
    /** Fields that a stack for Docker has not. */
    static final List<String> KEYS =
            List.of("kubernetes", "helm", "ignoreDifferences", "healthRules", "takeBack", "secretRefs");

    private static final Json.Obj NOTHING = Json.object().build();

    private ClusterYaml() {}

    /** What the files are: from the spec, and from its section {@code kubernetes}. */
    interface FilesReader {
        Optional<? extends KubernetesSpec.Files> read(Strict spec, Strict kubernetes);
    }

    static Optional<KubernetesSpec> read(Strict spec, FilesReader reader) {
        spec.refused("compose", "belongs to stacks for Docker", "write format: compose, or remove it");
        Strict fields = spec.sub("kubernetes");
        String namespace = fields.get().text("namespace", KubernetesSpec.DEFAULT_NAMESPACE);
        boolean adopt = fields.get().bool("adopt", false);
        Optional<String> account = fields.get().text("serviceAccount");
        boolean variables = fields.get().bool("variables", false);
        List<ClusterSecret> secrets = secrets(spec);
        Optional<ClusterRules> rules = rules(spec);
        Optional<? extends KubernetesSpec.Files> files = reader.read(spec, fields);
        return rules.flatMap(r -> files.flatMap(
                f -> fields.build(() -> new KubernetesSpec(namespace, adopt, account, r, f, variables, secrets))));
    }

    private static List<ClusterSecret> secrets(Strict spec) {
        List<ClusterSecret> secrets = new ArrayList<>();
        for (Strict fields : spec.list("secretRefs")) {
            String name = fields.get().requireText("name");
            Optional<String> namespace = fields.get().text("namespace");
            String type = fields.get().text("type", ClusterSecret.OPAQUE);
            SortedMap<String, String> data = fields.get().textMap("data");
            boolean restart = fields.get().bool("restart", false);
            if (!name.isEmpty()) {
                fields.build(() -> new ClusterSecret(name, namespace, type, data, restart))
                        .ifPresent(secrets::add);
            }
        }
        return secrets;
    }

    static Optional<KubernetesSpec.Files> objects(Strict spec, Strict kubernetes) {
        refuseHelm(spec);
        List<String> include = kubernetes.get().texts("include");
        List<String> exclude = kubernetes.get().texts("exclude");
        return kubernetes.build(() -> new KubernetesSpec.Files.Objects(include, exclude));
    }

    static Optional<KubernetesSpec.Files> kustomize(Strict spec, Strict kubernetes) {
        refuseHelm(spec);
        refusePatterns(kubernetes, "name its files in the kustomization");
        return Optional.of(new KubernetesSpec.Files.Kustomize());
    }

    static Optional<KubernetesSpec.Files> helm(Strict spec, Strict kubernetes) {
        refusePatterns(kubernetes, "write .helmignore in the chart");
        Strict helm = spec.sub("helm");
        helm.refused("version", "stands below chartFrom", "write helm.chartFrom.version");
        boolean elsewhere = helm.has("chartFrom");
        Optional<StackChart> chartFrom = elsewhere ? chartFrom(helm.sub("chartFrom")) : Optional.empty();
        String chart = helm.get().text("chart", "");
        List<String> valuesFiles = helm.get().texts("valuesFiles");
        Json values = helm.get().find("values").map(ClusterYaml::json).orElse(NOTHING);
        Optional<String> releaseName = helm.get().text("releaseName");
        Optional<String> kubeVersion = helm.get().text("kubeVersion");
        if (!(values instanceof Json.Obj fields)) {
            helm.get().problem("values", "are not fields", "write NAME: VALUE below it");
            return Optional.empty();
        }
        return elsewhere && chartFrom.isEmpty()
                ? Optional.empty()
                : helm.build(() ->
                        new KubernetesSpec.Files.Helm(chart, chartFrom, valuesFiles, fields, releaseName, kubeVersion));
    }

    private static Optional<StackChart> chartFrom(Strict from) {
        boolean bySource = from.has("sourceRef");
        String sourceRef = bySource ? from.get().requireText("sourceRef") : "";
        if (bySource) {
            for (String key : List.of("url", "credentialRef", "caBundle")) {
                from.refused(key, "stands in the source beside sourceRef", "write one of sourceRef and url");
            }
        } else if (!from.has("url")) {
            from.problems()
                    .add(
                            from.at(),
                            "chartFrom: says neither sourceRef nor url",
                            "write sourceRef: NAME of a source of type helm or oci, or url: https://… or oci://…");
        }
        String url = !bySource && from.has("url") ? from.get().requireText("url") : "";
        String chart = from.get().requireText("chart");
        String version = from.get().requireText("version");
        Optional<String> digest = from.get().text("digest");
        Optional<String> credential = bySource ? Optional.empty() : from.get().text("credentialRef");
        Optional<String> caBundle = bySource ? Optional.empty() : from.get().text("caBundle");
        boolean signed = from.has("verify");
        Optional<ChartKeyring> keyring = signed ? keyring(from.sub("verify")) : Optional.empty();
        boolean whole = !chart.isEmpty() && !version.isEmpty() && (!signed || keyring.isPresent());
        if (!whole || (sourceRef.isEmpty() && url.isEmpty())) {
            return Optional.empty();
        }
        return from.build(() -> bySource
                ? new SourceChart(sourceRef, chart, version, digest.map(ClusterYaml::digest), keyring)
                : new ChartFrom(url, chart, version, digest.map(ClusterYaml::digest), credential, caBundle, keyring));
    }

    private static Optional<ChartKeyring> keyring(Strict verify) {
        String armored = verify.get().requireText("keyring");
        return armored.isEmpty() ? Optional.empty() : verify.build(() -> new ChartKeyring(armored));
    }

    private static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "digest: " + text + " (expected: sha256: and 64 digits, of the archive)", e);
        }
    }

    private static void refuseHelm(Strict spec) {
        spec.refused("helm", "belongs to charts", "write format: helm, or remove it");
    }

    private static void refusePatterns(Strict kubernetes, String hint) {
        for (String key : List.of("include", "exclude")) {
            kubernetes.refused(key, "belongs to the format kubernetes", hint);
        }
    }

    /** Values as a resource says them: by the rules of resources, not of charts. */
    private static Json json(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping -> {
                Json.Builder fields = Json.object();
                mapping.fields().forEach(field -> fields.put(field.key(), json(field.value())));
                yield fields.build();
            }
            case YamlNode.Sequence sequence ->
                new Json.Arr(sequence.items().stream().map(ClusterYaml::json).toList());
            case YamlNode.Scalar scalar ->
                switch (Scalars.read(scalar)) {
                    case ScalarValue.Null _ -> new Json.Null();
                    case ScalarValue.Bool(boolean value) -> Json.of(value);
                    case ScalarValue.Int(long value) -> Json.of(value);
                    case ScalarValue.Decimal(double value)
                    when Double.isFinite(value) ->
                        new Json.Dec(BigDecimal.valueOf(value).stripTrailingZeros());
                    case ScalarValue.Decimal _, ScalarValue.Text _ -> Json.of(scalar.text());
                };
        };
    }

    private static Optional<ClusterRules> rules(Strict spec) {
        List<Json.Obj> ignored = new ArrayList<>();
        for (Strict rule : spec.list("ignoreDifferences")) {
            ignored(rule).ifPresent(ignored::add);
        }
        List<Json.Obj> health = new ArrayList<>();
        for (Strict rule : spec.list("healthRules")) {
            health(rule).ifPresent(health::add);
        }
        List<String> takeBack = spec.get().texts("takeBack");
        return spec.build(() -> new ClusterRules(ignored, health, takeBack));
    }

    private static Optional<Json.Obj> ignored(Strict rule) {
        Json.Builder json = Json.object();
        String kind = rule.get().requireText("kind");
        List<String> pointers = rule.get().texts("jsonPointers");
        if (pointers.isEmpty()) {
            rule.get().missing("jsonPointers");
        }
        List<Optional<String>> rest = texts(rule, "group", "name", "namespace");
        return rule.build(() -> {
            pointers.forEach(pointer -> Names.require(
                    pointer.startsWith("/"),
                    "jsonPointers",
                    ClusterRules.text("jsonPointers", pointer),
                    "like /spec/replicas"));
            json.putIf("group", rest.get(0)).put("kind", kind).putIf("name", rest.get(1));
            return json.putIf("namespace", rest.get(2))
                    .put("jsonPointers", pointers)
                    .build();
        });
    }

    /** As written, once the agent's own reader has taken it. */
    private static Optional<Json.Obj> health(Strict rule) {
        Json.Builder json = Json.object();
        for (String key : List.of("group", "kind", "healthy", "failed", "message")) {
            rule.get().find(key).ifPresent(node -> json.put(key, json(node)));
        }
        Json.Obj read = json.build();
        return rule.build(() -> {
            try {
                HealthRule.parse(read);
            } catch (RuleException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
            return read;
        });
    }

    private static List<Optional<String>> texts(Strict rule, String... keys) {
        List<Optional<String>> texts = new ArrayList<>();
        for (String key : keys) {
            texts.add(rule.get().text(key));
        }
        return texts;
    }
}
