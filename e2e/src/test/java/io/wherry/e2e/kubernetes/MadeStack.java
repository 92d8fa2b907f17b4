package io.wherry.e2e.kubernetes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The objects of a small stack made up by a seed, valid for the API server, and what people do with them: the same seed makes the same.
 *
 * @param home    the namespace of what names none
 * @param objects in the order in which they are declared; the number at a name's end stays when it is renamed
 */
record MadeStack(Random random, String home, List<MadeObject> objects) {
    static final String OTHER_NAMESPACE = "NS-more";

    /** Where a stack may stand; both are there. */
    static final List<String> HOMES = List.of("NS", "NS-home");

    /** Of what a broken release adds. */
    static final String BROKEN = "broken0";

    /** A pod takes the node a second or two. */
    private static final int MOST_WORKLOADS = 2;

    private static final int MAX_OBJECTS = 9;
    private static final List<String> NAMES = List.of("web", "api", "db", "mail", "work");

    /** It is there once, by this name. */
    private static final Map<String, String> ONLY = Map.of(
            "Namespace", OTHER_NAMESPACE,
            "StorageClass", "NS-slow0",
            "CustomResourceDefinition", "things.NS.example.org");

    static MadeStack of(Random random) {
        MadeStack stack = new MadeStack(random, HOMES.getFirst(), new ArrayList<>());
        int count = 4 + random.nextInt(MAX_OBJECTS - 3);
        for (int number = 0; number < count; number++) {
            stack.add();
        }
        return stack.settled();
    }

    /** The same in a namespace, without anything. */
    MadeStack emptied() {
        return new MadeStack(random, home, List.of());
    }

    /** The same with one to four changes. */
    MadeStack changed() {
        MadeStack next = copy(random.nextInt(8) == 0 ? choice().some(HOMES) : home);
        int changes = 1 + random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            next.change();
        }
        return next.settled();
    }

    /** The same with something that does not come about, and perhaps with changes beside. */
    MadeStack broken() {
        MadeStack next = random.nextBoolean() ? copy(home) : changed();
        switch (random.nextInt(4)) {
            case 0 -> {
                MadeObject job = next.breaks("Job");
                job.fields().putAll(Map.of("spec/backoffLimit", "0", "spec/suspend", "false", "spec/parallelism", "1"));
                job.containers().firstEntry().getValue().put("command", "['false']");
            }
            case 1 -> {
                MadeObject deployment = next.breaks("Deployment");
                deployment.fields().put("spec/replicas", "1");
                deployment.containers().firstEntry().getValue().put("image", "'wherry.test/missing:1'");
            }
            case 2 -> next.breaks("Service").fields().put("spec/ports", "[{'port':0}]");
            default -> {
                next = copy(home); // elsewhere, or by another name, it would be a new object
                next.changeFixed();
            }
        }
        return next.settled();
    }

    private MadeObject breaks(String kind) {
        MadeObject broken = made(kind, BROKEN, false);
        objects.add(broken);
        return broken;
    }

    /** What the API server refuses, and nobody allowed to be made anew. */
    private void changeFixed() {
        for (MadeObject object : objects) {
            for (Map.Entry<String, MadeKind.Field> field :
                    object.kind().fields().entrySet()) {
                Optional<String> other = field.getValue().values().stream()
                        .filter(value -> !value.equals(object.get(field.getKey())))
                        .findFirst();
                if (field.getValue().fixed()
                        && field.getValue().always()
                        && other.isPresent()
                        && !object.mayBeMadeAnew()) {
                    object.fields().put(field.getKey(), other.get());
                    return;
                }
            }
        }
        breaks("Service").fields().put("spec/ports", "[{'port':0}]");
    }

    /** Names of what the other one does not have. */
    String[] goneIn(MadeStack next) {
        List<String> there =
                next.objects.stream().map(one -> one.key(next.home)).toList();
        return objects.stream()
                .map(one -> one.key(home))
                .filter(key -> !there.contains(key))
                .toArray(String[]::new);
    }

    /** Names, as {@link ShownObjects} has them, of what may be made anew. */
    Set<String> replaceable() {
        return objects.stream()
                .filter(MadeObject::mayBeMadeAnew)
                .map(object -> object.key(home).replaceFirst("^([A-Za-z]+)[^/]*", "$1"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** As {@link KubeSite} takes it. */
    String json() {
        return objects.stream().map(MadeObject::toString).collect(Collectors.joining(",\n"));
    }

    private void change() {
        if (objects.isEmpty()) {
            add();
            return;
        }
        int at = random.nextInt(objects.size());
        MadeObject object = objects.get(at);
        switch (random.nextInt(12)) {
            case 0 -> add();
            case 1 -> objects.remove(at);
            case 2 -> {
                if (!ONLY.containsKey(object.kind().name())) {
                    objects.set(at, object.named(renamed(object)));
                }
            }
            case 3 -> {
                if (object.kind().namespaced()) {
                    objects.set(at, object.in(object.namespace().isEmpty() ? OTHER_NAMESPACE : ""));
                }
            }
            case 4 -> Collections.shuffle(objects, random);
            case 5 -> choice().leaveOut(object.fields(), object.kind());
            case 6, 7 -> {
                if (object.kind().runsPods()) {
                    changePods(object);
                } else {
                    choice().put(object.fields(), object.kind());
                }
                if (object.isOf("Job")) {
                    objects.set(at, object.replaceable());
                }
            }
            case 8 -> {
                List<String> fixed = object.kind().fields().entrySet().stream()
                        .filter(field -> field.getValue().fixed())
                        .map(Map.Entry::getKey)
                        .toList();
                if (!fixed.isEmpty()) {
                    choice().put(object.fields(), object.kind(), choice().some(fixed));
                    objects.set(at, object.replaceable());
                }
            }
            case 9 -> choice().put(object.fields(), MadeKind.of("*"));
            case 10 -> choice().leaveOut(object.fields(), MadeKind.of("*"));
            default -> choice().put(object.fields(), object.kind());
        }
    }

    private void changePods(MadeObject object) {
        LinkedHashMap<String, TreeMap<String, String>> containers = object.containers();
        TreeMap<String, String> container = choice().some(containers.values());
        switch (random.nextInt(7)) {
            case 0 -> addContainer(object);
            case 1 -> {
                if (containers.size() > 1) {
                    containers.remove(choice().some(containers.keySet()));
                }
            }
            case 2 -> {
                Map.Entry<String, TreeMap<String, String>> last = containers.lastEntry();
                containers.remove(last.getKey());
                containers.putFirst(last.getKey(), last.getValue());
            }
            case 3 -> choice().leaveOut(container, MadeKind.of("container"));
            case 4 -> choice().put(object.pod(), MadeKind.of("template"));
            case 5 -> choice().leaveOut(object.pod(), MadeKind.of("template"));
            default -> choice().put(container, MadeKind.of("container"));
        }
    }

    private void add() {
        long workloads =
                objects.stream().filter(object -> object.kind().runsPods()).count();
        List<String> kinds = MadeKind.names().stream()
                .filter(kind -> workloads < MOST_WORKLOADS || !MadeKind.of(kind).runsPods())
                .filter(kind -> !ONLY.containsKey(kind) || objects.stream().noneMatch(object -> object.isOf(kind)))
                .toList();
        int number = IntStream.rangeClosed(1, MAX_OBJECTS)
                .filter(free ->
                        objects.stream().noneMatch(object -> object.name().endsWith("" + free)))
                .findFirst()
                .orElse(0);
        if (number > 0) {
            String kind = choice().some(kinds);
            String prefix = MadeKind.of(kind).namespaced() ? "" : "NS-";
            objects.add(made(
                    kind,
                    Optional.ofNullable(ONLY.get(kind)).orElseGet(() -> prefix + choice().some(NAMES) + number),
                    random.nextInt(4) == 0));
        }
    }

    private MadeObject made(String kindName, String name, boolean elsewhere) {
        MadeKind kind = MadeKind.of(kindName);
        MadeObject object = MadeObject.of(kind, name).in(elsewhere && kind.namespaced() ? OTHER_NAMESPACE : "");
        choice().fill(object.fields(), kind);
        choice().fill(object.fields(), MadeKind.of("*"));
        if (kind.runsPods()) {
            choice().fill(object.pod(), MadeKind.of("template"));
            int containers = 1 + random.nextInt(2);
            for (int container = 0; container < containers; container++) {
                addContainer(object);
            }
        }
        return object;
    }

    private void addContainer(MadeObject object) {
        List<String> free = new ArrayList<>(List.of("main", "side", "more"));
        free.removeAll(object.containers().keySet());
        if (!free.isEmpty()) {
            TreeMap<String, String> container = new TreeMap<>();
            choice().fill(container, MadeKind.of("container"));
            object.containers().put(choice().some(free), container);
        }
    }

    private Choice choice() {
        return new Choice(random);
    }

    private String renamed(MadeObject object) {
        String number = object.name().substring(object.name().length() - 1);
        return (object.kind().namespaced() ? "" : "NS-") + choice().some(NAMES) + number;
    }

    private MadeStack settled() {
        MadeRules.settle(objects);
        return this;
    }

    private MadeStack copy(String where) {
        return new MadeStack(
                random,
                where,
                new ArrayList<>(objects.stream().map(MadeObject::copy).toList()));
    }
}
