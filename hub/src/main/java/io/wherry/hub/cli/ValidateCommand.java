package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreePath;
import io.wherry.hub.validation.Checkouts;
import io.wherry.hub.validation.Report;
import io.wherry.hub.validation.Validation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a hub would say of a folder of resources; for a pipeline before a merge. Exit code 1 says that it would refuse some of it. */
@picocli.CommandLine.Command(
        name = "validate",
        description =
                "Say what a hub would say of a folder of resources and of what their stacks deploy; needs no hub.",
        footer = {"", "Examples: wherry validate . --path hub", "          wherry validate fleet --source apps=../apps"
        })
final class ValidateCommand extends Command {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "Root of the repository with the resources: no path may leave it; default: this folder.")
    private Path directory = Path.of(".");

    @Option(
            names = "--path",
            paramLabel = "SUB",
            description = "The folder of the resources or a file of them, relative to DIR, as configuration.path of"
                    + " hub.yaml; may be repeated; default: DIR itself.")
    private List<String> paths = List.of("");

    @Option(
            names = "--source",
            paramLabel = "NAME=DIR",
            description = "A checkout of a source, from which its stacks are rendered; may be repeated. That of"
                    + " \"configuration\" is DIR itself.")
    private Map<String, Path> sources = new TreeMap<>();

    @Option(
            names = "--partial",
            description = "The files are not all there is: what they name and do not declare a hub may have.")
    private boolean partial;

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        for (String path : paths) {
            if (TreePath.resolve("", path).isEmpty()) {
                throw CliException.usage("--path: " + path + " leaves DIR (expected: what is below it)");
            }
        }
        Report report;
        try {
            report = Validation.run(new Checkouts(directory, sources), paths, partial);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--source " + e.getMessage());
        } catch (TreeException e) {
            throw new CliException(ExitCode.FAILED, directory.resolve(e.path()) + ": " + e.getMessage(), "");
        }
        if (format == Format.table) {
            report.problems().forEach(problem -> out().line(problem.toString()));
            report.warnings().forEach(warning -> out().line("warning: " + warning));
            report.notes().forEach(note -> out().line("note: " + note));
            out().line(report.summary());
        } else {
            out().structured(report.toJson(), format);
        }
        return report.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
