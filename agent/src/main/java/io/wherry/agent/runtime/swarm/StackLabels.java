package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.Labels;
import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.TreeMap;

/** The labels on what we make in a swarm: those of {@code docker stack}, so that its commands show our stacks, and our own. */
final class StackLabels {
    /** The stack's name at the site. */
    static final String NAMESPACE = "com.docker.stack.namespace";

    /** The image as the file names it; the service has it with its digest. */
    static final String IMAGE = "com.docker.stack.image";

    /** Name in the model. */
    static final String KEY = "io.wherry.key";

    /** Digest of what was asked for: another one means that it must be changed. */
    static final String SPEC = "io.wherry.spec";

    /** Digest of what its tasks are made of, on the containers: tells the tasks of an update from those before it. */
    static final String TASK = "io.wherry.task";

    private StackLabels() {}

    /** What makes an object ours, and the same in every generation. */
    static Map<String, String> constant(Deployment.Identity identity, String owner, String key) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(NAMESPACE, identity.project());
        labels.put(Labels.OWNER, owner);
        labels.put(Labels.STACK, identity.stack().value());
        labels.put(KEY, key);
        return labels;
    }

    /** The same, with what says by which generation it was made. */
    static Map<String, String> made(Deployment.Identity identity, String owner, String key, String spec) {
        Map<String, String> labels = constant(identity, owner, key);
        labels.put(Labels.STACK_NAME, identity.stackName());
        labels.put(Labels.BUNDLE, identity.bundle().toString());
        labels.put(Labels.GENERATION, Long.toString(identity.generation()));
        labels.put(SPEC, spec);
        return labels;
    }

    /** Of an object of the engine that has {@code Labels}; null there is none. */
    static Map<String, String> of(Json.Obj object) {
        return Raw.nested(object, "Labels")
                .map(labels -> Raw.texts(labels, "Labels"))
                .orElse(Map.of());
    }

    static boolean isOwn(String label) {
        return label.startsWith("io.wherry.");
    }
}
