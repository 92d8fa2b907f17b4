package io.wherry.e2e.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A small project made up by a seed, valid for Docker Compose, and what people do with one: the same seed makes the same.
 *
 * @param identity its own name and addresses, so that several can run on one engine
 * @param services by name; the number at a name's end stays when it is renamed, and a service needs only those of lower numbers
 * @param objects  {@code networks}, {@code volumes}, {@code configs} and {@code secrets} to names and values
 */
record RandomProject(
        Random random,
        Identity identity,
        SortedMap<String, SomeService> services,
        SortedMap<String, SortedMap<String, String>> objects) {

    private static final int MAX_SERVICES = 5;
    private static final int MAX_ATTRIBUTES = 9;
    private static final List<String> KINDS = List.of("networks", "volumes", "configs", "secrets");
    private static final List<String> SHARES = List.of("ipc", "pid", "network_mode", "volumes_from", "links");
    /** Without these nothing would run, or nothing would end in time. */
    private static final List<String> ALWAYS = List.of("image", "command", "stop_signal");

    private static final List<String> NAMES = List.of("web", "api", "db", "mail", "work");

    /**
     * @param project its name
     * @param address of the host, for ports
     * @param subnet  two numbers of a third one and a fourth to come: {@code 10.20.7}
     */
    record Identity(String project, String address, String subnet) {
        static Identity of(String project, long seed) {
            long part = seed % 200;
            return new Identity(
                    project, "127.9." + seed / 200 % 200 + "." + (1 + part), "10." + Site.octet() + "." + part);
        }
    }

    /** Files that configs and secrets may be of. */
    private static final Map<String, String> FILES =
            Map.of("files/one", "first\n", "files/two", "second\n", "files/three", "third\n");

    static RandomProject of(Random random, Identity identity) {
        RandomProject project = new RandomProject(random, identity, new TreeMap<>(), new TreeMap<>());
        for (String kind : KINDS) {
            SortedMap<String, String> named = new TreeMap<>();
            int count = random.nextInt(3);
            for (int number = 1; number <= count; number++) {
                named.put(kind.charAt(0) + "" + number, project.value(kind, number));
            }
            project.objects.put(kind, named);
        }
        int count = 2 + random.nextInt(MAX_SERVICES - 1);
        for (int number = 1; number <= count; number++) {
            project.addService(number);
        }
        project.settle();
        return project;
    }

    /** The same with one to three changes. */
    RandomProject changed() {
        RandomProject next = copy();
        int changes = 1 + random.nextInt(3);
        for (int change = 0; change < changes; change++) {
            next.change();
        }
        next.settle();
        return next;
    }

    /** The same with a service that does not run, and perhaps with changes beside. */
    RandomProject broken() {
        RandomProject next = random.nextBoolean() ? copy() : changed();
        String name = next.some(next.services.keySet());
        SomeService service = next.service(name);
        service.remove("restart", "deploy", "post_start", "entrypoint");
        service.plain().put("command", "[sleep, \"200000\"]");
        switch (random.nextInt(4)) {
            case 0 -> service.plain().put("command", "[sh, -c, \"exit 3\"]");
            case 1 -> service.plain().put("command", "[/no/such/program]");
            case 2 ->
                service.plain()
                        .put("healthcheck", "{test: [CMD, \"false\"], interval: 300ms, timeout: 5s, retries: 2}");
            default -> service.plain().put("post_start", "[{command: [\"false\"]}]");
        }
        next.settle();
        return next;
    }

    private void change() {
        String name = some(services.keySet());
        SomeService service = service(name);
        switch (random.nextInt(11)) {
            case 0 -> {
                int number = 1
                        + services.keySet().stream()
                                .mapToInt(RandomProject::number)
                                .max()
                                .orElse(0);
                if (number < 9) {
                    addService(number);
                }
            }
            case 1 -> {
                if (services.size() > 1) {
                    services.remove(name);
                }
            }
            case 2 -> rename(name);
            case 3 -> service.plain().put("image", some(ProjectValues.IMAGES));
            case 4 -> {
                List<String> own = service.plain().keySet().stream()
                        .filter(attribute -> !ALWAYS.contains(attribute))
                        .toList();
                if (!own.isEmpty()) {
                    service.remove(some(own));
                }
            }
            case 5 -> {
                String kind = some(KINDS);
                use(service, kind, number(name));
            }
            case 6 -> service.used(some(KINDS)).clear();
            case 7 -> {
                String kind = some(List.of("networks", "configs", "secrets"));
                named(kind).replaceAll((object, before) -> {
                    String after = value(kind, number(object));
                    if (!after.equals(before)) {
                        // Compose does not look at what a service uses: those that use it change too, and are made
                        // anew.
                        services.values().stream()
                                .filter(user -> user.used(kind).containsKey(object))
                                .forEach(
                                        user -> user.plain().put("labels", "{uses: \"" + random.nextInt(1000) + "\"}"));
                    }
                    return after;
                });
            }
            case 8 -> {
                String kind = some(KINDS);
                SortedMap<String, String> named = named(kind);
                if (!named.isEmpty() && random.nextBoolean()) {
                    named.remove(some(named.keySet()));
                } else {
                    int number = 4 + random.nextInt(3);
                    named.computeIfAbsent(kind.charAt(0) + "" + number, _ -> value(kind, number));
                    use(service, kind, number(name));
                }
            }
            default -> attribute(service, number(name));
        }
    }

    private void addService(int number) {
        SomeService service = new SomeService();
        String name = some(NAMES) + number;
        service.plain().put("image", some(ProjectValues.IMAGES));
        service.plain().put("command", random.nextInt(8) == 0 ? ProjectValues.JOB : some(ProjectValues.COMMANDS));
        service.plain().put("stop_signal", "SIGKILL");
        int attributes = random.nextInt(MAX_ATTRIBUTES);
        for (int i = 0; i < attributes; i++) {
            attribute(service, number);
        }
        for (String kind : KINDS) {
            if (random.nextInt(3) == 0) {
                use(service, kind, number);
            }
        }
        for (String other : services.keySet()) {
            if (random.nextInt(3) == 0) {
                service.use("depends_on", other, some(List.of("", "", "restart", "required")));
            }
            if (random.nextInt(8) == 0) {
                String share = some(SHARES);
                service.shares().put(share, other);
                if (share.equals("ipc")) {
                    service(other).plain().put("ipc", "shareable");
                }
            }
        }
        services.put(name, service);
    }

    private void attribute(SomeService service, int number) {
        if (random.nextInt(8) == 0) {
            List<String> mounts = new ArrayList<>(ProjectValues.MOUNTS);
            Collections.shuffle(mounts, random);
            service.mounts().clear();
            Set<String> targets = new HashSet<>(); // two of one place would be refused
            mounts.subList(0, random.nextInt(4)).stream()
                    .filter(mount -> !mount.contains("/data") || targets.add("/data"))
                    .forEach(service.mounts()::add);
            return;
        }
        String attribute = some(ProjectValues.PLAIN.keySet());
        service.plain().put(attribute, own(some(ProjectValues.PLAIN.getOrDefault(attribute, List.of())), number));
    }

    private void use(SomeService service, String kind, int number) {
        SortedMap<String, String> named = named(kind);
        if (!named.isEmpty()) {
            String name = some(named.keySet());
            String how = own(some(ProjectValues.HOW.getOrDefault(kind, List.of(""))), number)
                    .replace("NAME", name)
                    .replace("FIXED", subnet(number(name)) + "." + (20 + number));
            service.use(kind, name, how);
        }
    }

    private void rename(String name) {
        String to = some(NAMES) + number(name);
        SomeService service = service(name);
        services.remove(name);
        services.put(to, service);
        services.values().forEach(other -> other.renamed(name, to));
    }

    private void settle() {
        new ProjectRules(services, objects).settle();
    }

    private String value(String kind, int number) {
        return own(some(ProjectValues.OBJECTS.getOrDefault(kind, List.of())), number)
                .replace("SUBNET", subnet(number))
                .replace("SIX", "fd00:" + subnet(number).replace('.', ':'));
    }

    private String subnet(int number) {
        String[] parts = identity.subnet().split("\\.");
        return parts[0] + "." + (Integer.parseInt(parts[1]) + number) + "." + parts[2];
    }

    private String own(String value, int number) {
        return value.replace("ADDRESS", identity.address())
                .replace("NUMBER", Integer.toString(number))
                .replace("PROJECT", identity.project());
    }

    private static int number(String name) {
        return name.charAt(name.length() - 1) - '0';
    }

    private <T> T some(Collection<T> of) {
        List<T> list = List.copyOf(of);
        return list.get(random.nextInt(list.size()));
    }

    private SortedMap<String, String> named(String kind) {
        return Objects.requireNonNull(objects.get(kind), kind);
    }

    private SomeService service(String name) {
        return Objects.requireNonNull(services.get(name), name);
    }

    private RandomProject copy() {
        RandomProject copy = new RandomProject(random, identity, new TreeMap<>(), new TreeMap<>());
        services.forEach((name, service) -> copy.services.put(name, service.copy()));
        objects.forEach((kind, named) -> copy.objects.put(kind, new TreeMap<>(named)));
        return copy;
    }

    /** Services of this one that another does not have, as a release names them. */
    TreeSet<String> goneIn(RandomProject next) {
        return services.keySet().stream()
                .filter(name -> !next.services.containsKey(name))
                .map(name -> "service/" + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** As a file of its own, with those that it names. */
    void write(ComposeProject place, String file) throws IOException {
        for (Map.Entry<String, String> one : FILES.entrySet()) {
            place.write(one.getKey(), one.getValue());
        }
        place.write(file, yaml());
    }

    /** As a file of Compose. */
    String yaml() {
        StringBuilder text = new StringBuilder("services:\n");
        services.forEach((name, service) -> {
            text.append("  ").append(name).append(":\n");
            service.lines().forEach(line -> text.append("    ").append(line).append('\n'));
        });
        objects.forEach((kind, named) -> {
            if (!named.isEmpty()) {
                text.append(kind).append(":\n");
                named.forEach((name, value) -> text.append("  ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
            }
        });
        return text.toString();
    }
}
