package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a bundle file brings. Asks nobody. */
@picocli.CommandLine.Command(
        name = "inspect",
        description =
                "Show offline what is in a bundle file, and whether all it needs is in it or, by --since-receipts, at the site; exit 8 if not.")
final class BundleInspectCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "What wherry bundle export wrote.")
    private @Nullable Path file;

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        Path path = Objects.requireNonNull(file, "FILE");
        List<Json.Obj> agents;
        try (ProgressLine _ = out().working("checking " + path);
                BundleFile opened = FileOnDisk.open(path, Delivery.Kind.BUNDLES)) {
            agents = new FileView(opened).agents();
        } catch (BundleFileException | JsonException | IllegalArgumentException e) {
            throw FileOnDisk.damaged(path, e);
        } catch (IOException e) {
            throw FileOnDisk.unreadable(path, e);
        }
        if (format == Format.table) {
            table(agents);
        } else {
            out().items(agents, format);
        }
        return agents.stream().allMatch(BundleInspectCommand::isWhole) ? ExitCode.OK : ExitCode.VERIFICATION_FAILED;
    }

    private static boolean isWhole(Json.Obj agent) {
        return agent.objects("stacks").stream().allMatch(stack -> stack.bool("complete"))
                && agent.objects("images").stream()
                        .allMatch(image -> image.strings("missing").isEmpty());
    }

    private void table(List<Json.Obj> agents) {
        Table table = new Table(List.of(
                "AGENT",
                "EPOCH",
                "SEQUENCE",
                "VALID UNTIL",
                "STACK",
                "GENERATION",
                "STATE",
                "BUNDLE",
                "SIZE",
                "CONTENT"));
        for (Json.Obj agent : agents) {
            String name = agent.string("agent").isEmpty() ? agent.string("agentId") : agent.string("agent");
            List<String> head = List.of(
                    name,
                    String.valueOf(agent.integer("epoch")),
                    String.valueOf(agent.integer("sequence")),
                    agent.string("expiresAt"));
            List<Json.Obj> stacks = agent.objects("stacks");
            if (stacks.isEmpty()) {
                table.add(row(head, List.of("(none)", "", "", "", "", "✔ whole")));
            }
            stacks.forEach(stack -> table.add(row(head, cells(stack))));
        }
        out().table(table);
        if (agents.stream().flatMap(agent -> agent.objects("stacks").stream()).anyMatch(stack -> chart(stack)
                .isPresent())) {
            out().line("");
            out().table(charts(agents));
        }
        if (agents.stream().anyMatch(agent -> !agent.objects("images").isEmpty())) {
            out().line("");
            out().table(images(agents));
        }
        if (agents.stream().anyMatch(agent -> agent.find("acknowledged").isPresent())) {
            out().line("");
            out().table(acknowledged(agents));
        }
    }

    private static Optional<Json.Obj> chart(Json.Obj stack) {
        return stack.findObject("source").flatMap(source -> source.findObject("chart"));
    }

    /** Of stacks whose chart came from elsewhere. */
    private static Table charts(List<Json.Obj> agents) {
        Table table = new Table(List.of("AGENT", "STACK", "CHART", "VERSION", "FROM", "DIGEST"));
        for (Json.Obj agent : agents) {
            for (Json.Obj stack : agent.objects("stacks")) {
                chart(stack)
                        .ifPresent(chart -> table.add(List.of(
                                agent.string("agent"),
                                stack.string("name"),
                                chart.string("name"),
                                chart.string("version"),
                                chart.string("url"),
                                chart.string("digest"))));
            }
        }
        return table;
    }

    private static Table acknowledged(List<Json.Obj> agents) {
        Table table = new Table(List.of("AGENT", "RECEIPTS AT THE HUB", "AS OF"));
        for (Json.Obj agent : agents) {
            if (agent.find("acknowledged").isPresent()) {
                Json.Obj acknowledged = agent.object("acknowledged");
                table.add(
                        acknowledged.findString("problem").isPresent()
                                ? List.of(agent.string("agent"), "✘ " + acknowledged.string("problem"), "")
                                : List.of(
                                        agent.string("agent"),
                                        "1 to " + acknowledged.integer("counter"),
                                        acknowledged.string("issuedAt")));
            }
        }
        return table;
    }

    private static Table images(List<Json.Obj> agents) {
        Table table = new Table(List.of("AGENT", "IMAGE", "SIZE", "CONTENT"));
        for (Json.Obj agent : agents) {
            for (Json.Obj image : agent.objects("images")) {
                List<String> missing = image.strings("missing");
                table.add(List.of(
                        agent.string("agent"),
                        image.string("name"),
                        (image.integer("sizeBytes") + 1023) / 1024 + " KiB",
                        !image.bool("here")
                                ? "at the site already"
                                : missing.isEmpty() ? "✔ whole" : "✘ lacks " + missing.getFirst()));
            }
        }
        return table;
    }

    private static List<String> row(List<String> head, List<String> rest) {
        return java.util.stream.Stream.concat(head.stream(), rest.stream()).toList();
    }

    private static List<String> cells(Json.Obj stack) {
        return List.of(
                stack.string("name"),
                String.valueOf(stack.integer("generation")),
                stack.string("state"),
                stack.findString("bundle")
                        .map(bundle -> bundle.substring(0, 19))
                        .orElse(""),
                (stack.integer("sizeBytes") + 1023) / 1024 + " KiB",
                content(stack));
    }

    private static String content(Json.Obj stack) {
        List<String> missing = stack.strings("missing");
        List<String> atSite = stack.strings("atSite");
        if (!missing.isEmpty()) {
            return "✘ lacks " + missing.getFirst();
        }
        if (atSite.isEmpty()) {
            return "✔ whole";
        }
        return atSite.getFirst().startsWith("bundle ")
                ? "at the site already"
                : "✔ whole with what is at the site already (" + atSite.size() + " of its blobs)";
    }
}
