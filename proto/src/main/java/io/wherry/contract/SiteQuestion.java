package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.List;

/**
 * What an operator asks a site (docs/reference/agent-protocol.md#questions). Unsigned, so it is only answered and changes nothing. Travels as
 * {@link Zipped} JSON, and so does the answer.
 */
public sealed interface SiteQuestion {
    /** 1,000: what fits an answer with lines of usual length. */
    int MAX_LINES = 1000;

    /** What an agent must understand to be asked. */
    String feature();

    /** The word by which it is known in JSON, in logs and in the audit log. */
    String word();

    Json.Obj toJson();

    /**
     * The newest log lines of a stack.
     *
     * @param stack  uid
     * @param object of which service or object, as the stack names it; empty: of all
     * @param lines  of each container, 1 to {@link #MAX_LINES}
     */
    record Logs(StackId stack, String object, long lines) implements SiteQuestion {
        public Logs {
            Check.text("object", object, Limits.SENTENCE_CHARS);
            Check.range("lines", lines, 1, MAX_LINES);
        }

        @Override
        public String feature() {
            return Features.LOGS;
        }

        @Override
        public String word() {
            return "logs";
        }

        @Override
        public Json.Obj toJson() {
            return asking(this)
                    .put("stack", stack.value())
                    .put("object", object)
                    .put("lines", lines)
                    .build();
        }
    }

    /**
     * A stack's objects, what they consist of, and how each does.
     *
     * @param stack uid
     */
    record Tree(StackId stack) implements SiteQuestion {
        @Override
        public String feature() {
            return Features.TREE;
        }

        @Override
        public String word() {
            return "tree";
        }

        @Override
        public Json.Obj toJson() {
            return asking(this).put("stack", stack.value()).build();
        }
    }

    /** What is in a namespace of a cluster, whoever made it. */
    record Objects(String namespace) implements SiteQuestion {
        public Objects {
            Check.name("namespace", namespace);
        }

        @Override
        public String feature() {
            return Features.EXPORT_NAMESPACE;
        }

        @Override
        public String word() {
            return "objects";
        }

        @Override
        public Json.Obj toJson() {
            return asking(this).put("namespace", namespace).build();
        }
    }

    /**
     * What applying a model to a cluster would change there.
     *
     * @param stack  uid
     * @param name   the stack's name
     * @param model  as the bundle would bring it
     * @param adopt  whether what others made would be taken over
     * @param delete names that the release would permit to delete
     */
    record Plan(StackId stack, String name, Json.Obj model, boolean adopt, List<String> delete)
            implements SiteQuestion {
        public Plan {
            Check.name("name", name);
            Check.count("delete", delete, Limits.DELETE_PERMISSIONS);
            delete = List.copyOf(delete);
        }

        @Override
        public String feature() {
            return Features.PLAN;
        }

        @Override
        public String word() {
            return "plan";
        }

        @Override
        public Json.Obj toJson() {
            return asking(this)
                    .put("stack", stack.value())
                    .put("name", name)
                    .put("model", model)
                    .put("adopt", adopt)
                    .put("delete", delete)
                    .build();
        }
    }

    private static Json.Builder asking(SiteQuestion question) {
        return Json.object().put("ask", question.word());
    }

    /**
     * Reads a question, strictly.
     *
     * @throws JsonException if a field is missing or of another kind
     * @throws IllegalArgumentException if one is not what it should be, or there are others
     */
    static SiteQuestion parse(Json.Obj json) {
        SiteQuestion question =
                switch (json.string("ask")) {
                    case "logs" ->
                        new Logs(StackId.parse(json.string("stack")), json.string("object"), json.integer("lines"));
                    case "tree" -> new Tree(StackId.parse(json.string("stack")));
                    case "objects" -> new Objects(json.string("namespace"));
                    case "plan" ->
                        new Plan(
                                StackId.parse(json.string("stack")),
                                json.string("name"),
                                json.object("model"),
                                json.bool("adopt"),
                                json.strings("delete"));
                    default ->
                        throw new JsonException(
                                "ask: " + json.string("ask") + " is not known (expected: logs, tree, objects or plan)");
                };
        Check.that(
                question.toJson().fields().keySet().equals(json.fields().keySet()),
                "fields",
                json.fields().keySet(),
                String.join(", ", question.toJson().fields().keySet()));
        return question;
    }
}
