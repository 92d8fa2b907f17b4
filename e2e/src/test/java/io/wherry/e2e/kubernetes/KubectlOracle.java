package io.wherry.e2e.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code kubectl apply --server-side} makes of objects in a namespace without a history. */
final class KubectlOracle implements AutoCloseable {
    /** What is applied is of no use before what it is of is served: kubectl does not wait. */
    private static final int MOST_TRIES = 10;

    private final Cluster cluster;
    private final String prefix;
    private final Path folder;
    private final List<String> namespaces = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    KubectlOracle(Cluster cluster, String prefix, Path folder) {
        this.cluster = cluster;
        this.prefix = prefix;
        this.folder = folder;
    }

    /** The objects of a stack in a file, for a namespace. */
    static Path file(Path folder, MadeStack stack, String namespace) throws IOException {
        String items = stack.objects().stream()
                .map(object -> object.placed(stack.home()).toString())
                .collect(Collectors.joining(",\n"));
        String list = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + items + "]}";
        return Files.writeString(Files.createTempFile(folder, "objects", ".json"), list.replace("NS", namespace));
    }

    /** Nothing where the API server would not have it. No pod runs. */
    Optional<ShownObjects> made(MadeStack stack) throws IOException {
        String namespace = prefix + "-k" + namespaces.size();
        for (String home : MadeStack.HOMES) {
            String own = home.replace("NS", namespace);
            namespaces.add(own);
            cluster.kubectl("create", "namespace", own);
            cluster.kubectl("create", "quota", "no-pods", "--hard=pods=0", "--namespace", own);
        }
        Path file = file(folder, stack, namespace);
        files.add(file);
        String said = "";
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            said = cluster.tries("apply", "--server-side", "--force-conflicts", "-f", file.toString());
            if (!said.contains("rror") && !said.contains("no matches")) {
                String json = cluster.kubectl("get", "-f", file.toString(), "-o", "json");
                return Optional.of(ShownObjects.of(json, namespace));
            }
        }
        System.out.println("kubectl refuses: " + said);
        return Optional.empty();
    }

    @Override
    public void close() {
        files.forEach(file -> cluster.tries("delete", "-f", file.toString(), "--ignore-not-found", "--wait=false"));
        namespaces.forEach(namespace -> cluster.tries("delete", "namespace", namespace, "--wait=false"));
    }
}
