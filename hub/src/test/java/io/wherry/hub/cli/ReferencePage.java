package io.wherry.hub.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A program's commands as Markdown, from the model that reads its arguments: synopsis, description, arguments and options of each. */
public final class ReferencePage {
    /** Wide enough that no synopsis is broken. */
    private static final int WIDTH = 2000;

    private ReferencePage() {}

    public static String of(CommandLine program, String introduction) {
        program.setUsageHelpWidth(WIDTH);
        StringBuilder page = new StringBuilder("# " + program.getCommandName() + "\n\n"
                + "<!-- Made from the program's own model; a test compares. Rewrite with -Dgolden.update=true. -->\n\n"
                + introduction);
        commands(program).forEach(command -> section(page, command));
        return page.toString();
    }

    /** Commands, arguments and options without a word on what they are. */
    static List<String> undescribed(CommandLine program) {
        List<String> missing = new ArrayList<>();
        for (CommandLine command : commands(program)) {
            CommandSpec spec = command.getCommandSpec();
            if (spec.usageMessage().description().length == 0) {
                missing.add(spec.qualifiedName());
            }
            spec.options().stream()
                    .filter(option -> option.description().length == 0)
                    .forEach(option -> missing.add(spec.qualifiedName() + " " + option.longestName()));
        }
        return missing;
    }

    private static List<CommandLine> commands(CommandLine parent) {
        List<CommandLine> all = new ArrayList<>();
        all.add(parent);
        parent.getSubcommands().values().forEach(child -> all.addAll(commands(child)));
        return all;
    }

    private static void section(StringBuilder page, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.parent() != null) {
            page.append("\n## ").append(spec.qualifiedName()).append('\n');
        }
        page.append('\n').append(text(spec.usageMessage().description())).append("\n\n```\n");
        page.append(command.getHelp().synopsis(0).strip()).append("\n```\n");
        List<String> rows = new ArrayList<>();
        spec.positionalParameters().forEach(parameter -> rows.add(row(parameter)));
        spec.options().stream().filter(option -> isOwn(spec, option)).forEach(option -> rows.add(row(option)));
        if (!rows.isEmpty()) {
            page.append("\n| Argument | |\n|---|---|\n").append(String.join("", rows));
        }
        String footer = text(spec.usageMessage().footer());
        if (!footer.isEmpty()) {
            page.append('\n').append(footer).append('\n');
        }
    }

    /** Options that every command has are told of once, at the program. */
    private static boolean isOwn(CommandSpec spec, OptionSpec option) {
        return spec.parent() == null || !List.of("--help", "--context").contains(option.longestName());
    }

    private static String row(PositionalParamSpec parameter) {
        return "| `" + parameter.paramLabel() + "` | " + text(parameter) + " |\n";
    }

    private static String row(OptionSpec option) {
        String names = String.join(", ", option.names());
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return "| `" + names + value + "` | " + text(option)
                + (option.required() && option.group() == null ? " Needed." : "") + " |\n";
    }

    private static String text(ArgSpec argument) {
        return text(argument.description()).replace("|", "\\|");
    }

    private static String text(String[] lines) {
        return List.of(lines).stream()
                .map(line -> Ansi.OFF.string(line))
                .collect(Collectors.joining("\n"))
                .strip();
    }
}
