package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.YamlWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A Compose project, or a namespace of a cluster, as a file that renders to what is there. Without either: the projects that there are. */
@picocli.CommandLine.Command(
        name = "stack",
        description =
                "Write the containers of a Compose project at a site as a Compose file, or the objects of a namespace as YAML; without --project list the projects.",
        footer = {
            "",
            "The site must allow it (export: allow in its agent.yaml). Values of environment variables are in the file:",
            "it is written for its owner alone, and does not belong into a repository before it was looked through.",
            "Secrets of a namespace are left out, and so is what controllers make of other objects."
        })
final class ExportStackCommand extends Command {
    @Option(names = "--agent", required = true, paramLabel = "NAME", description = "Where it runs.")
    private String agent = "";

    @Option(names = "--project", paramLabel = "NAME", description = "As docker compose ls shows it.")
    private Optional<String> project = Optional.empty();

    @Option(names = "--namespace", paramLabel = "NAME", description = "Of a cluster: the objects in it.")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to; standard output without it.")
    private @Nullable Path file;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long to wait for the agent's next poll, up to 10m (default: 90s).")
    private String timeout = "90s";

    @Override
    ExitCode run() {
        Duration wait = LogsCommand.wait(timeout);
        if (project.isPresent() && namespace.isPresent()) {
            throw CliException.usage("--project and --namespace: one of them");
        }
        ProgressLine asked = LogsCommand.asked(out(), agent);
        Json.Obj answer = hub().post(
                        "/agents/" + HubApi.segment(agent) + "/export",
                        Json.object()
                                .putIf("project", project)
                                .putIf("namespace", namespace)
                                .put("timeout", timeout)
                                .build(),
                        wait);
        asked.close();
        if (namespace.isPresent()) {
            objects(answer);
            return ExitCode.OK;
        }
        if (project.isEmpty()) {
            list(answer);
            return ExitCode.OK;
        }
        write(YamlWriter.write(answer.object("model")), "project " + project.orElse(""));
        answer.strings("notes").forEach(out()::note);
        return ExitCode.OK;
    }

    private void list(Json.Obj answer) {
        for (Json.Obj one : answer.objects("projects")) {
            out().line(one.string("name") + "  " + one.integer("running") + "/" + one.integer("containers")
                    + " running  " + one.string("owner"));
        }
        out().note("one of them as a file: wherry export stack --agent " + agent + " --project NAME -o compose.yaml");
    }

    private void objects(Json.Obj answer) {
        StringBuilder documents = new StringBuilder();
        for (Json.Obj object : answer.objects("objects")) {
            documents.append("---\n").append(YamlWriter.write(object));
        }
        if (documents.isEmpty()) {
            out().note("nothing in namespace " + namespace.orElse("")
                    + " that somebody made and that can be written down");
        } else {
            write(documents.toString(), "namespace " + namespace.orElse(""));
        }
        answer.strings("notes").forEach(out()::note);
    }

    private void write(String yaml, String what) {
        if (file == null) {
            yaml.lines().forEach(out()::line);
        } else {
            try {
                DurableFiles.write(file, yaml.getBytes(UTF_8));
            } catch (IOException e) {
                throw new CliException(
                        ExitCode.FAILED,
                        file + " cannot be written: " + Causes.words(e),
                        "nothing is there but what was before");
            }
            out().line(file + ": " + what + " of agent/" + agent);
        }
        out().note("values of environment variables are in it, and may be secrets");
    }
}
