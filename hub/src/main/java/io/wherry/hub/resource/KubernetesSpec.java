package io.wherry.hub.resource;

import io.wherry.base.Glob;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the objects of a stack for clusters come about, and what the cluster is told beside them.
 *
 * @param namespace      where objects go that name none: {@link #DEFAULT_NAMESPACE} unless given
 * @param adopt          whether objects that people made are taken over
 * @param serviceAccount of that namespace, to act as
 * @param rules          what is drift, and what is healthy
 * @param files          what the files are
 * @param variables      whether {@code ${NAME}} in objects and values means a variable
 * @param secrets        what is made of the hub's credentials at the sites
 */
public record KubernetesSpec(
        String namespace,
        boolean adopt,
        Optional<String> serviceAccount,
        ClusterRules rules,
        Files files,
        boolean variables,
        List<ClusterSecret> secrets)
        implements StackFormat {
    /** As for kubectl. */
    public static final String DEFAULT_NAMESPACE = "default";

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    /** 64: more patterns are a folder of its own. */
    private static final int MAX_PATTERNS = 64;

    /** 64: more are a chart of their own. */
    private static final int MAX_SECRETS = 64;

    /** One whose objects stand as they are, and that has nothing of the hub's credentials. */
    public KubernetesSpec(
            String namespace, boolean adopt, Optional<String> serviceAccount, ClusterRules rules, Files files) {
        this(namespace, adopt, serviceAccount, rules, files, false, List.of());
    }

    public KubernetesSpec {
        requireNamespace(namespace);
        serviceAccount.ifPresent(account -> Names.require(
                ACCOUNT.matcher(account).matches(),
                "serviceAccount",
                account,
                "the name of a service account of the namespace"));
        secrets = List.copyOf(secrets);
        Names.require(
                secrets.size() <= MAX_SECRETS, "secretRefs", secrets.size() + " Secrets", "at most " + MAX_SECRETS);
        Set<String> names = new HashSet<>();
        for (ClusterSecret secret : secrets) {
            String name = secret.namespace().orElse(namespace) + "/" + secret.name();
            Names.require(names.add(name), "secretRefs", name + " twice", "each Secret once");
        }
    }

    static void requireNamespace(String namespace) {
        Names.require(
                NAMESPACE.matcher(namespace).matches(),
                "namespace",
                namespace,
                "1 to 63 of a-z, 0-9 and -, no - at either end");
    }

    /** What the files are. */
    public sealed interface Files {

        /**
         * Objects, as they are.
         *
         * @param include patterns below the stack's path; none: all {@code *.yaml, *.yml, *.json}
         * @param exclude patterns of what is passed over
         */
        record Objects(List<String> include, List<String> exclude) implements Files {
            public Objects {
                include = patterns("include", include);
                exclude = patterns("exclude", exclude);
            }
        }

        /** A kustomization, that kustomize builds. */
        record Kustomize() implements Files {}

        /**
         * A chart of Helm.
         *
         * @param chart       its folder or packed file, relative to the stack's path; empty: the path itself
         * @param chartFrom   where it lies instead
         * @param valuesFiles relative to the stack's path, later ones over earlier ones
         * @param values      over all files
         * @param releaseName the stack's name unless given
         * @param kubeVersion what the chart is told of the cluster
         */
        record Helm(
                String chart,
                Optional<StackChart> chartFrom,
                List<String> valuesFiles,
                Json.Obj values,
                Optional<String> releaseName,
                Optional<String> kubeVersion)
                implements Files {
            private static final Pattern RELEASE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?");
            private static final Pattern VERSION =
                    Pattern.compile("v?1\\.[0-9]{1,3}(\\.[0-9]{1,3}([-+][0-9A-Za-z]+([.+-][0-9A-Za-z]+){0,8})?)?");

            /** 32: more are generated, and can be generated into one. */
            private static final int MAX_FILES = 32;

            public Helm {
                StackSource.requirePath("chart", chart);
                if (chartFrom.isPresent() && !chart.isEmpty()) {
                    throw new IllegalArgumentException(
                            "chart: " + chart + " (expected: none beside chartFrom, a stack has one chart)");
                }
                valuesFiles = List.copyOf(valuesFiles);
                valuesFiles.forEach(file -> StackSource.requirePath("valuesFiles", file));
                Names.require(
                        valuesFiles.size() <= MAX_FILES, "valuesFiles", valuesFiles.size() + " files", "at most 32");
                releaseName.ifPresent(name -> Names.require(
                        RELEASE.matcher(name).matches(),
                        "releaseName",
                        name,
                        "1 to 53 of a-z, 0-9 and -, no - at either end"));
                kubeVersion.ifPresent(version -> Names.require(
                        VERSION.matcher(version).matches(),
                        "kubeVersion",
                        version,
                        "like 1.34, 1.34.2 or v1.34.2+k3s1"));
            }

            Json.Obj toJson() {
                Json.Builder json = Json.object();
                if (chartFrom.isPresent()) {
                    json.put("chartFrom", chartFrom.get().toJson());
                } else {
                    json.put("chart", chart);
                }
                json.put("valuesFiles", valuesFiles);
                if (!values.fields().isEmpty()) {
                    json.put("values", values);
                }
                return json.putIf("releaseName", releaseName)
                        .putIf("kubeVersion", kubeVersion)
                        .build();
            }
        }
    }

    private static List<String> patterns(String key, List<String> patterns) {
        if (patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException(
                    key + ": " + patterns.size() + " patterns (expected: at most " + MAX_PATTERNS + ")");
        }
        for (String pattern : patterns) {
            try {
                Glob.parse(pattern);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(patterns);
    }

    /** Where its chart lies, if not among the files. */
    public Optional<StackChart> chartFrom() {
        return files instanceof Files.Helm helm ? helm.chartFrom() : Optional.empty();
    }

    @Override
    public String word() {
        return switch (files) {
            case Files.Objects _ -> "kubernetes";
            case Files.Kustomize _ -> "kustomize";
            case Files.Helm _ -> "helm";
        };
    }

    @Override
    public ModelFormat model() {
        return ModelFormat.KUBERNETES;
    }

    @Override
    public void put(Json.Builder spec) {
        Json.Builder json = Json.object().put("namespace", namespace);
        if (adopt) {
            json.put("adopt", true);
        }
        json.putIf("serviceAccount", serviceAccount);
        if (variables) {
            json.put("variables", true);
        }
        switch (files) {
            case Files.Objects objects -> {
                if (!objects.include().isEmpty()) {
                    json.put("include", objects.include());
                }
                if (!objects.exclude().isEmpty()) {
                    json.put("exclude", objects.exclude());
                }
            }
            case Files.Kustomize _ -> {}
            case Files.Helm helm -> spec.put("helm", helm.toJson());
        }
        spec.put("kubernetes", json.build());
        if (!secrets.isEmpty()) {
            spec.put(
                    "secretRefs",
                    new Json.Arr(
                            secrets.stream().<Json>map(ClusterSecret::toJson).toList()));
        }
        rules.put(spec);
    }
}
