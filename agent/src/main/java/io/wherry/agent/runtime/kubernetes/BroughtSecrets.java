package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.SecretValue;
import io.wherry.contract.ObjectName;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes the Secrets that a model names ({@code secrets}) of the values that its entry brings sealed, and tells the pods of those that shall be made anew with
 * them which versions they have.
 */
final class BroughtSecrets {
    /** Written into pods that are made anew when a value changes: names and versions, nothing of the values. */
    static final String VERSIONS = "wherry.io/secret-versions";

    private static final Set<String> RESTARTED = Set.of("Deployment.apps", "StatefulSet.apps", "DaemonSet.apps");

    /** Every cluster has these, and a change of their template starts no pod anew: it is refused, or waits for the next one. */
    private static final Set<String> NOT_RESTARTED = Set.of("Job.batch", "ReplicaSet.apps", "ReplicationController");

    private final Map<String, SecretFile> brought = new TreeMap<>();
    private final String namespace;
    private final List<Json.Obj> secrets = new ArrayList<>();

    /** By {@code NAMESPACE/NAME} of those that restart their pods. */
    private final Map<String, String> versions = new TreeMap<>();

    private BroughtSecrets(List<SecretFile> brought, String namespace) {
        brought.forEach(one -> this.brought.put(one.name(), one));
        this.namespace = namespace;
    }

    /** @throws ModelException if a value is missing, or does not open */
    static BroughtSecrets of(Json.Obj model, String namespace, List<SecretFile> brought) {
        BroughtSecrets made = new BroughtSecrets(brought, namespace);
        model.objects("secrets").forEach(made::add);
        return made;
    }

    /** The Secrets, then the objects, told of what they use. */
    List<Json.Obj> with(List<Json.Obj> objects) {
        List<Json.Obj> all = new ArrayList<>(secrets);
        objects.forEach(object -> all.add(versions.isEmpty() ? object : told(object)));
        return all;
    }

    private void add(Json.Obj secret) {
        String name = secret.string("name");
        String in = secret.string("namespace");
        SequencedMap<String, Json> data = new LinkedHashMap<>();
        Map<String, String> used = new TreeMap<>();
        secret.stringMap("data").forEach((key, credential) -> {
            data.put(key, Json.of(value(name, credential).base64()));
            used.put(credential, credential + ":" + version(credential));
        });
        List<String> logins = secret.strings("logins");
        if (!logins.isEmpty()) {
            data.put(".dockerconfigjson", Json.of(Base64.getEncoder().encodeToString(logins(name, logins))));
            logins.forEach(credential -> used.put(credential, credential + ":" + version(credential)));
        }
        String versionsOfIt = String.join(",", used.values());
        if (secret.boolOr("restart", false)) {
            versions.put(in + "/" + name, versionsOfIt);
        }
        secrets.add(Json.object()
                .put("apiVersion", "v1")
                .put("kind", "Secret")
                .put(
                        "metadata",
                        Json.object()
                                .put("name", name)
                                .put("namespace", in)
                                .put("annotations", Map.of(Marks.CREDENTIALS, versionsOfIt))
                                .build())
                .put("type", secret.string("type"))
                .put("data", new Json.Obj(data))
                .build());
    }

    private SecretValue value(String secret, String credential) {
        SecretFile one = brought.get(credential);
        if (one == null || one.value().isEmpty()) {
            throw new ModelException(
                    RuntimeReason.SECRET_UNREADABLE,
                    "Secret " + secret + ": the value of " + credential + " "
                            + (one == null
                                    ? "did not come along"
                                    : "does not open with this agent's key for this stack")
                            + " (expected: one sealed to this agent; rotate the credential at the hub, which seals it"
                            + " anew)");
        }
        return one.value().get();
    }

    private long version(String credential) {
        SecretFile one = brought.get(credential);
        return one == null ? 0 : one.sealed().version();
    }

    /** As {@code docker login} writes it. */
    private byte[] logins(String secret, List<String> credentials) {
        Json.Builder registries = Json.object();
        for (String credential : credentials) {
            RegistryLogin login = login(secret, credential);
            String pair = login.username() + ":" + login.password().reveal();
            registries.put(
                    login.registry().equals("docker.io") ? "https://index.docker.io/v1/" : login.registry(),
                    Json.object()
                            .put("username", login.username())
                            .put("password", login.password().reveal())
                            .put("auth", Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                            .build());
        }
        return JsonWriter.canonical(
                Json.object().put("auths", registries.build()).build());
    }

    private RegistryLogin login(String secret, String credential) {
        try {
            return RegistryLogin.parse(value(secret, credential).bytes());
        } catch (JsonException e) {
            throw new ModelException(
                    RuntimeReason.SECRET_UNREADABLE,
                    "Secret " + secret + ": " + credential + " is no login for a registry (" + e.getMessage() + ")");
        }
    }

    private Json.Obj told(Json.Obj object) {
        if (!isRestarted(object)) {
            return object;
        }
        String own = Fields.text(object, "metadata", "namespace");
        String in = own.isEmpty() ? namespace : own;
        Json.Obj pod = Fields.object(object, "spec", "template", "spec");
        List<String> used = new ArrayList<>();
        versions.forEach((secret, version) -> {
            String name = secret.substring(secret.indexOf('/') + 1);
            if (secret.startsWith(in + "/") && uses(pod, name)) {
                used.add(name + "=" + version);
            }
        });
        return used.isEmpty()
                ? object
                : Fields.withAll(
                        object,
                        Map.of(VERSIONS, String.join(";", used)),
                        "spec",
                        "template",
                        "metadata",
                        "annotations");
    }

    /**
     * A custom kind is taken for one that makes pods of a template if it has one where the built-in ones have it. It must have labels or annotations there
     * already: a definition whose schema has none would refuse ours.
     */
    private static boolean isRestarted(Json.Obj object) {
        String group = ObjectName.group(Fields.text(object, "apiVersion"));
        String kind = Fields.text(object, "kind") + (group.isEmpty() ? "" : "." + group);
        boolean template = !Fields.objects(object, "spec", "template", "spec", "containers")
                        .isEmpty()
                && Stream.of("labels", "annotations")
                        .anyMatch(marks -> !Fields.object(object, "spec", "template", "metadata", marks)
                                .fields()
                                .isEmpty());
        return RESTARTED.contains(kind) || (template && !NOT_RESTARTED.contains(kind));
    }

    /** Mounted, projected, or read into the environment. */
    private static boolean uses(Json value, String name) {
        return switch (value) {
            case Json.Arr(List<Json> items) -> items.stream().anyMatch(item -> uses(item, name));
            case Json.Obj(SequencedMap<String, Json> fields) ->
                fields.entrySet().stream()
                        .anyMatch(
                                field -> names(field.getKey(), field.getValue(), name) || uses(field.getValue(), name));
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> false;
        };
    }

    private static boolean names(String key, Json value, String name) {
        return List.of("secret", "secretRef", "secretKeyRef").contains(key)
                && value instanceof Json.Obj reference
                && (Fields.text(reference, "secretName").equals(name)
                        || Fields.text(reference, "name").equals(name));
    }
}
