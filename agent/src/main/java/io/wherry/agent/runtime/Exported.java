package io.wherry.agent.runtime;

import io.wherry.contract.json.Json;
import java.util.List;

/** What a runtime shows of itself to an operator who asks. */
public sealed interface Exported {

    /** The projects that are there. */
    record Projects(List<Project> projects) implements Exported {
        public Projects {
            projects = List.copyOf(projects);
        }
    }

    /**
     * A Compose project.
     *
     * @param owner for people: this agent's stack, another agent, or nobody of ours
     */
    record Project(String name, int containers, int running, String owner) {}

    /**
     * A project as a Compose file that renders to what runs.
     *
     * @param model a Compose file as JSON: {@code $} is written {@code $$}. Holds values of environment variables, which may be secrets
     * @param notes what a person should know of it, a sentence each; never values
     */
    record Model(Json.Obj model, List<String> notes) implements Exported {
        public Model {
            notes = List.copyOf(notes);
        }
    }

    /**
     * What is in a namespace of a cluster.
     *
     * @param objects in an order in which they can be applied, without what the cluster keeps in them for itself
     * @param notes   what was left out, and what a person should know, a sentence each; never values
     */
    record Objects(List<Json.Obj> objects, List<String> notes) implements Exported {
        public Objects {
            objects = List.copyOf(objects);
            notes = List.copyOf(notes);
        }
    }

    /** It cannot be written as a Compose file, or there is none of that name. */
    record Refused(RuntimeReason reason, String detail) implements Exported {}
}
