package io.wherry.hub.configuration;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceYaml.Placed;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Target;
import java.util.List;
import java.util.Optional;

/** Whether all is there that stacks name. Pure but for what it asks. */
public final class References {
    private References() {}

    /** What there is beside the stack that is looked at. */
    public interface Known {
        boolean has(ResourceKind kind, String name);

        /** The way by {@code dependsOn} from a stack back to itself; empty if there is none. */
        Optional<String> cycle(Stack stack);
    }

    /** Adds a problem for each name that means nothing, at the stack that says it. */
    public static void check(List<Placed> declared, Known known, Problems problems) {
        for (Placed placed : declared) {
            if (placed.resource() instanceof Stack stack) {
                new One(stack, placed.at(), known, problems).check();
            }
        }
    }

    /** {@code Stack/shop} */
    public static String object(Resource resource) {
        return resource.kind().word() + "/" + resource.name();
    }

    private record One(Stack stack, Position at, Known known, Problems problems) {
        void check() {
            stack.sources().forEach(name -> require(ResourceKind.SOURCE, name, "source"));
            stack.apply().dependsOn().forEach(name -> require(ResourceKind.STACK, name, "stack"));
            stack.apply()
                    .rolloutPolicyRef()
                    .ifPresent(name -> require(ResourceKind.ROLLOUT_POLICY, name, "rollout policy"));
            for (Target target : stack.targets()) {
                if (target.agents() instanceof Target.Agents.InGroup(String name)) {
                    require(ResourceKind.GROUP, name, "group");
                }
            }
            known.cycle(stack)
                    .ifPresent(way -> problems.add(
                            at,
                            object(stack) + ": dependsOn: they would wait for each other: " + way,
                            "take one of them out of a dependsOn"));
        }

        private void require(ResourceKind kind, String name, String what) {
            if (!known.has(kind, name)) {
                problems.add(
                        at, object(stack) + " needs " + what + " " + name + ", which is not declared", "declare it");
            }
        }
    }
}
