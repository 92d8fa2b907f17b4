package io.wherry.e2e.kubernetes;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** What people do by kubectl to a stack's objects, and what others make beside them. */
final class HandMade {
    private static final int MOST = 4;
    private static final String FOREIGN = "not-ours";
    private static final String CONTROLLER = "--field-manager=some-controller";

    private final KubeSite site;
    private final Random random;
    private final String home;
    private final List<MadeObject> all;
    private final List<MadeObject> objects;
    private final List<MadeObject> labelled = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    HandMade(KubeSite site, Random random, MadeStack stack) {
        this.site = site;
        this.random = random;
        this.home = stack.home();
        this.all = stack.objects();
        this.objects = new ArrayList<>(stack.objects());
        Collections.shuffle(objects, random);
    }

    List<String> said() {
        return said;
    }

    /** What is not the stack's, and stays. */
    void foreign() {
        site.kubectl("create", "configmap", FOREIGN, "--from-literal=a=b");
        if (!objects.isEmpty()) {
            MadeObject object = objects.removeLast();
            if (tries(object, "label", "by=controller", CONTROLLER)) {
                labelled.add(object);
            }
        }
    }

    /** @return names of the objects that are not as declared now */
    Set<String> changes() {
        Set<String> touched = new TreeSet<>();
        for (MadeObject object : objects.subList(0, Math.min(MOST, objects.size()))) {
            if (change(object)) {
                touched.add(object.key(home));
            }
        }
        return touched;
    }

    private boolean change(MadeObject object) {
        return switch (random.nextInt(8)) {
            case 0 -> tries(object, "label", "by=hand");
            case 1 -> tries(object, "annotate", "by=hand");
            case 2 -> tries(object, "label", "--overwrite", "tier=other");
            case 3 ->
                !object.isOf("Namespace", "CustomResourceDefinition", "PersistentVolumeClaim", "StorageClass")
                        && tries(object, "delete");
            case 4 ->
                object.isOf("Deployment", "StatefulSet")
                        && !isAutoscaled(object)
                        && tries(object, "scale", "--replicas=" + otherThan(object.get("spec/replicas")));
            case 5 ->
                object.kind().runsPods() && !object.isOf("Job") && tries(object, "set", "env", "BY=hand", "A=hand");
            default -> patch(object);
        };
    }

    /** One declared field goes, or says something else. */
    private boolean patch(MadeObject object) {
        List<String> paths = new ArrayList<>();
        object.json().fields().forEach((key, value) -> {
            if (!List.of("apiVersion", "kind", "immutable").contains(key)) {
                collect(paths, "/" + key, value);
            }
        });
        paths.removeIf(
                path -> path.matches("/metadata/(name|namespace)|/metadata/annotations/wherry.*|/spec/replicas"));
        if (paths.isEmpty() || object.isOf("CustomResourceDefinition", "HorizontalPodAutoscaler")) {
            return false;
        }
        String path = paths.get(random.nextInt(paths.size()));
        String operation =
                switch (random.nextInt(3)) {
                    case 0 -> "{\"op\":\"remove\",\"path\":\"%s\"}";
                    case 1 -> "{\"op\":\"replace\",\"path\":\"%s\",\"value\":\"hand\"}";
                    default -> "{\"op\":\"replace\",\"path\":\"%s\",\"value\":7}";
                };
        return tries(object, "patch", "--type=json", "--patch=[" + operation.formatted(path) + "]");
    }

    private static void collect(List<String> paths, String path, Json value) {
        paths.add(path);
        switch (value) {
            case Json.Obj(var fields) ->
                fields.forEach((key, inner) ->
                        collect(paths, path + "/" + key.replace("~", "~0").replace("/", "~1"), inner));
            case Json.Arr(List<Json> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    collect(paths, path + "/" + i, items.get(i));
                }
            }
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> {}
        }
    }

    /** Where nobody declares them Kubernetes does not note who set another number than 0. */
    private static int otherThan(String replicas) {
        return replicas.isEmpty() ? 0 : replicas.equals("2") ? 1 : 2;
    }

    /** Then what people scaled is the autoscaler's to change. */
    private boolean isAutoscaled(MadeObject object) {
        return all.stream()
                .anyMatch(other -> other.isOf("HorizontalPodAutoscaler")
                        && other.namespace().equals(object.namespace())
                        && other.get("spec/scaleTargetRef").contains("'" + object.name() + "'"));
    }

    /** @return whether it changed something: the API server refuses what would not be valid */
    private boolean tries(MadeObject object, String verb, String... how) {
        String name = object.isOf("Thing")
                ? "things." + site.namespace + ".example.org/" + object.name()
                : object.kind().name().toLowerCase(Locale.ROOT) + "/"
                        + object.name().replace("NS", site.namespace);
        List<String> command = new ArrayList<>(List.of(verb));
        List<String> more = new ArrayList<>(List.of(how));
        if (verb.equals("set")) {
            command.add(more.removeFirst());
        }
        command.add(name);
        command.addAll(more);
        command.add("--namespace");
        command.add(
                object.namespace().isEmpty()
                        ? site.namespace
                        : object.namespace().replace("NS", site.namespace));
        ShownObjects before = shown(name, command.getLast());
        site.cluster.tries(command.toArray(String[]::new));
        boolean changed = !shown(name, command.getLast()).differences(before).isEmpty();
        if (changed) {
            said.add(verb + " " + object.key(home) + " " + List.of(how));
        }
        return changed;
    }

    private ShownObjects shown(String name, String namespace) {
        return ShownObjects.of(
                site.cluster.kubectl("get", name, "--namespace", namespace, "--ignore-not-found", "-o", "json"),
                site.namespace);
    }

    /** What people made of their own is as it was; it goes. */
    List<String> leftAlone() {
        List<String> lost = new ArrayList<>();
        if (!site.field("configmap/" + FOREIGN, ".data.a").equals("b")) {
            lost.add("configmap/" + FOREIGN + " is not as people made it");
        }
        site.kubectl("delete", "configmap", FOREIGN);
        labelled.stream()
                .filter(object -> !tries(object, "label", "by-", CONTROLLER))
                .forEach(object -> lost.add(object.key(home) + " has lost the label of a controller"));
        return lost;
    }
}
