package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what the hub holds. */
@picocli.CommandLine.Command(
        name = "get",
        description =
                "List sources, stacks, agents, groups, rolloutpolicies, policies, credentials, tokens or apikeys.")
final class GetCommand extends Command {
    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1..*", paramLabel = "NAME", description = "Default: all.")
    private List<String> names = List.of();

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Labels, like site=oslo,tier!=test.")
    private @Nullable String selector;

    @Option(
            names = "-o",
            paramLabel = "FORMAT",
            description =
                    "table, wide, json, yaml, name or, of one stack, tree: its agents; with --agent its objects and pods.")
    private Format format = Format.table;

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "With -o tree: ask this agent how the stack's objects do there.")
    private Optional<String> agent = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "With --agent: how long to wait for its next poll, up to 10m (default: 90s).")
    private String timeout = "90s";

    @Override
    ExitCode run() {
        Kind asked = Kind.parse(kind);
        if (selector != null && (!names.isEmpty() || !asked.isResource())) {
            throw CliException.usage(
                    "--selector is for lists of sources, stacks, agents, groups, rolloutpolicies and policies");
        }
        HubApi hub = hub();
        if (agent.isPresent() && format != Format.tree) {
            throw CliException.usage("--agent is for -o tree");
        }
        if (format == Format.tree) {
            if (asked != Kind.STACK || names.size() != 1) {
                throw CliException.usage("-o tree is for one stack: wherry get stack NAME -o tree");
            }
            return new StackTree(hub, out(), new Words(session().clock())).print(names.getFirst(), agent, timeout);
        }
        List<Json.Obj> items = new ArrayList<>();
        boolean whole = format == Format.json || format == Format.yaml;
        Map<String, String> query = new LinkedHashMap<>(whole ? Map.of() : asked.briefly());
        if (names.isEmpty()) {
            if (selector != null) {
                query.put("selector", selector);
            }
            items.addAll(hub.list(asked.path(), query));
        } else {
            names.forEach(name -> items.add(asked.find(hub, name, query)));
        }
        print(asked, items);
        return ExitCode.OK;
    }

    private void print(Kind asked, List<Json.Obj> items) {
        switch (format) {
            case json, yaml -> {
                if (names.size() == 1) {
                    out().structured(items.getFirst(), format);
                } else {
                    out().items(items, format);
                }
            }
            case name -> items.forEach(item -> out().line(asked.singular() + "/" + asked.nameOf(item)));
            case tree -> throw new IllegalStateException("tree: printed as a list (expected: by StackTree)");
            case table, wide -> {
                if (items.isEmpty()) {
                    out().note("no " + asked.plural());
                    return;
                }
                Table table = asked.table(format == Format.wide);
                Words words = new Words(session().clock());
                items.forEach(item -> table.add(asked.row(item, format == Format.wide, words)));
                out().table(table);
            }
        }
    }
}
