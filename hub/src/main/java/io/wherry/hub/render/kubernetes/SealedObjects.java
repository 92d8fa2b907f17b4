package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.ObjectImages;
import io.wherry.hub.render.Rendering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Adds to a rendering what its agents make of sealed values: the Secrets that the stack names, and one in each namespace with pods that holds its logins for
 * registries, which the pods are told of. Pure.
 *
 * @param secrets   as the stack has them, with their namespace ({@code name}, {@code namespace}, {@code type}, {@code data}, {@code restart})
 * @param logins    names of the hub's logins for registries
 * @param pullName  of the Secrets with the logins
 * @param namespace of objects that name none
 */
public record SealedObjects(List<Json.Obj> secrets, List<String> logins, String pullName, String namespace) {
    private static final String PULL_TYPE = "kubernetes.io/dockerconfigjson";

    public SealedObjects {
        secrets = List.copyOf(secrets);
        logins = List.copyOf(logins);
    }

    /** The rendering with them, or what stands in their way. */
    public Rendering addTo(Rendering rendering) {
        if (!(rendering instanceof Rendering.Rendered rendered) || (secrets.isEmpty() && logins.isEmpty())) {
            return rendering;
        }
        List<Json> all = new ArrayList<>(secrets);
        SequencedMap<String, Json> model =
                new LinkedHashMap<>((logins.isEmpty() ? rendered.model() : pulling(rendered.model(), all)).fields());
        SortedSet<String> objects = new TreeSet<>(rendered.objects());
        SortedMap<String, String> credentials = new TreeMap<>(rendered.secrets());
        List<Problem> problems = new ArrayList<>();
        for (Json one : all) {
            Json.Obj secret = (Json.Obj) one;
            String name = new ObjectName("Secret", "", secret.string("namespace"), secret.string("name")).toString();
            if (!objects.add(name)) {
                problems.add(new Problem(
                        Position.of("secretRefs"),
                        name + " stands in the files too",
                        "give it another name, or remove it there"));
            }
            secret.stringMap("data").values().forEach(credential -> credentials.put(credential, credential));
            secret.strings("logins").forEach(credential -> credentials.put(credential, credential));
        }
        if (!problems.isEmpty()) {
            return new Rendering.Invalid(problems, rendered.readSet());
        }
        if (!all.isEmpty()) {
            model.put("secrets", new Json.Arr(all));
        }
        return new Rendering.Rendered(
                rendered.format(),
                new Json.Obj(model),
                rendered.files(),
                rendered.images(),
                objects,
                rendered.siteVariables(),
                credentials,
                rendered.warnings(),
                rendered.readSet());
    }

    /** The model whose pods name the Secret with the logins; adds one for each of their namespaces. */
    private Json.Obj pulling(Json.Obj model, List<Json> all) {
        SortedSet<String> namespaces = new TreeSet<>();
        SortedMap<String, List<Json>> accounts = accounts(model);
        List<Json> objects = new ArrayList<>();
        model.objects("objects").forEach(object -> objects.add(pulling(object, accounts, namespaces)));
        List<Json> hooks = new ArrayList<>();
        model.objects("hooks")
                .forEach(hook -> hooks.add(with(hook, "object", pulling(hook.object("object"), accounts, namespaces))));
        namespaces.forEach(each -> all.add(Json.object()
                .put("name", pullName)
                .put("namespace", each)
                .put("type", PULL_TYPE)
                .put("logins", logins)
                .build()));
        Json.Obj told = with(model, "objects", new Json.Arr(objects));
        return hooks.isEmpty() ? told : with(told, "hooks", new Json.Arr(hooks));
    }

    /** Pull secrets of the service accounts among the objects, by {@code NAMESPACE/NAME}. */
    private SortedMap<String, List<Json>> accounts(Json.Obj model) {
        SortedMap<String, List<Json>> accounts = new TreeMap<>();
        for (Json.Obj object : model.objects("objects")) {
            ObjectName name = ObjectName.of(object, namespace);
            if (name.kind().equals("ServiceAccount") && name.group().isEmpty()) {
                accounts.put(name.namespace() + "/" + name.name(), pullSecrets(object));
            }
        }
        return accounts;
    }

    /** The cluster gives a pod those of its account only if it names none itself: so what is known of them comes along. */
    private Json.Obj pulling(Json.Obj object, SortedMap<String, List<Json>> accounts, SortedSet<String> namespaces) {
        UnaryOperator<Json.Obj> telling = pod -> {
            String in = ObjectName.of(object, namespace).namespace();
            namespaces.add(in);
            String account = pod.find("serviceAccountName").orElse(new Json.Null()) instanceof Json.Str(String name)
                    ? name
                    : "default";
            List<Json> named = new ArrayList<>(pullSecrets(pod));
            if (named.isEmpty()) {
                named.addAll(accounts.getOrDefault(in + "/" + account, List.of()));
            }
            Json own = Json.object().put("name", pullName).build();
            if (!named.contains(own)) {
                named.add(own);
            }
            return with(pod, "imagePullSecrets", new Json.Arr(named));
        };
        return ObjectImages.mapPodOfAnyKind(object, telling);
    }

    private static List<Json> pullSecrets(Json.Obj object) {
        return object.find("imagePullSecrets").orElse(new Json.Null()) instanceof Json.Arr(List<Json> items)
                ? items
                : List.of();
    }

    private static Json.Obj with(Json.Obj object, String key, Json value) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        fields.put(key, value);
        return new Json.Obj(fields);
    }
}
