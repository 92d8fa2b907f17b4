package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code get}, {@code describe}, {@code delete} and {@code wait} speak of, and the columns a table of it has. */
enum Kind {
    SOURCE(
            "source",
            List.of("NAME", "STATUS", "REF", "REVISION", "CHECKED", "NEXT"),
            List.of("URL", "MESSAGE", "FILE")),
    STACK(
            "stack",
            List.of("NAME", "STATUS", "HEALTHY", "REVISION", "MESSAGE"),
            List.of("SOURCE", "PATH", "MODE", "NEXT COMMAND", "FILE")),
    AGENT("agent", List.of("NAME", "STATUS", "SEEN", "RUNTIME", "MESSAGE"), List.of("VERSION", "LABELS", "ID", "FILE")),
    GROUP("group", List.of("NAME", "MEMBERS"), List.of("SELECTOR", "FILE")),
    ROLLOUT_POLICY(
            "rolloutpolicy", List.of("NAME", "WAVES", "IN FLIGHT", "STACKS"), List.of("FAILURES", "SOAK", "FILE")),
    POLICY("policy", List.of("NAME", "AGENTS", "RULES", "REFUSES"), List.of("SELECTOR", "FILE")),
    CREDENTIAL("credential", List.of("NAME", "TYPE", "FOR", "VERSION", "EXPIRES", "USED"), List.of()),
    TOKEN("token", List.of("ID", "STATE", "ENVIRONMENT", "LABELS", "EXPIRES"), List.of("CREATED BY")),
    APIKEY("apikey", List.of("ID", "NAME", "ROLE", "EXPIRES", "USED"), List.of());

    private final String singular;
    private final List<String> columns;
    private final List<String> more;

    Kind(String singular, List<String> columns, List<String> more) {
        this.singular = singular;
        this.columns = columns;
        this.more = more;
    }

    static Kind parse(String word) {
        List<String> known = new ArrayList<>();
        for (Kind kind : values()) {
            if (word.equals(kind.singular) || word.equals(kind.plural())) {
                return kind;
            }
            known.add(kind.singular);
            known.add(kind.plural());
        }
        if (word.equals("event") || word.equals("events")) {
            throw new CliException(ExitCode.USAGE, "unknown kind: " + word, "wherry events");
        }
        throw new CliException(
                ExitCode.USAGE,
                "unknown kind: " + word + Suggest.hint(word, known),
                "one of: source, stack, agent, group, rolloutpolicy, policy, credential, token, apikey");
    }

    /** Whether it is declared in YAML and has labels, a status and events; the others are known by name or id alone. */
    boolean isResource() {
        return switch (this) {
            case SOURCE, STACK, AGENT, GROUP, ROLLOUT_POLICY, POLICY -> true;
            case CREDENTIAL, TOKEN, APIKEY -> false;
        };
    }

    /** What a question adds that needs no word of each agent's own: of ten thousand that is twelve megabytes. */
    Map<String, String> briefly() {
        return this == STACK ? Map.of("brief", "true") : Map.of();
    }

    /** @throws CliException with {@link ExitCode#NOT_FOUND} naming the nearest one there is */
    Json.Obj find(HubApi hub, String name) {
        return find(hub, name, Map.of());
    }

    /** @param query of resources only */
    Json.Obj find(HubApi hub, String name, Map<String, String> query) {
        if (isResource()) {
            return hub.get(path() + "/" + HubApi.segment(name) + HubApi.query(query));
        }
        List<Json.Obj> all = hub.list(path(), Map.of());
        return all.stream()
                .filter(item -> nameOf(item).equals(name))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_FOUND,
                        Suggest.missing(
                                singular, name, all.stream().map(this::nameOf).toList()),
                        ""));
    }

    String singular() {
        return singular;
    }

    String plural() {
        return switch (this) {
            case ROLLOUT_POLICY, POLICY -> singular.substring(0, singular.length() - 1) + "ies";
            case SOURCE, STACK, AGENT, GROUP, CREDENTIAL, TOKEN, APIKEY -> singular + "s";
        };
    }

    /** What {@code wait} may wait for, the default first; of what has no status nothing. */
    List<String> states() {
        return switch (this) {
            case SOURCE -> List.of("ready", "fetched", "deleted");
            case STACK -> List.of("healthy", "synced", "ready", "deleted");
            case AGENT -> List.of("connected", "ready", "deleted");
            case GROUP, ROLLOUT_POLICY, POLICY -> List.of("deleted");
            case CREDENTIAL, TOKEN, APIKEY -> List.of();
        };
    }

    /** Of the hub's REST interface. */
    String path() {
        return "/" + plural();
    }

    Table table(boolean wide) {
        List<String> headings = new ArrayList<>(columns);
        if (wide) {
            headings.addAll(more);
        }
        return new Table(headings);
    }

    /** The cells of one row, as {@link #table} heads them. */
    List<String> row(Json.Obj item, boolean wide, Words words) {
        List<String> row = new ArrayList<>();
        List<String> headings = new ArrayList<>(columns);
        if (wide) {
            headings.addAll(more);
        }
        headings.forEach(heading -> row.add(Cells.of(item, heading, words)));
        return row;
    }

    /** The name of an item: what {@code -o name} prints after the kind. */
    String nameOf(Json.Obj item) {
        return item.findObject("metadata").map(m -> m.string("name")).orElseGet(() -> item.findString("id")
                .or(() -> item.findString("name"))
                .orElse(""));
    }
}
