package io.wherry.hub.cli;

import io.wherry.base.Suggest;
import io.wherry.base.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a list of arguments, in words. */
public final class Mistake {
    private Mistake() {}

    /**
     * The mistake, with the nearest known word where there is one. An unknown option goes before all else: what is missing may well be what it was
     * meant for.
     */
    public static String words(ParameterException e) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        List<String> unmatched = e instanceof UnmatchedArgumentException u
                ? u.getUnmatched()
                : e.getCommandLine().getUnmatchedArguments();
        List<String> known =
                spec.options().stream().flatMap(each -> Stream.of(each.names())).toList();
        Optional<String> option =
                Usage.unknownOption(unmatched, known, spec.subcommands().keySet());
        if (option.isPresent()) {
            return option.get();
        }
        if (!(e instanceof UnmatchedArgumentException) || unmatched.isEmpty()) {
            return Usage.plain(String.valueOf(e.getMessage()));
        }
        String word = unmatched.getFirst();
        return spec.subcommands().isEmpty()
                ? "one argument too many: " + word
                : "unknown command: " + word + nearest(word, e.getCommandLine());
    }

    private static String nearest(String word, CommandLine line) {
        String near = Suggest.hint(word, line.getSubcommands().keySet());
        return near.isEmpty() ? deeper(word, line) : near;
    }

    /** Who says {@code wherry rollback} means one of a noun's verbs. */
    private static String deeper(String word, CommandLine line) {
        List<String> there = new ArrayList<>();
        for (Map.Entry<String, CommandLine> noun : line.getSubcommands().entrySet()) {
            if (noun.getValue().getSubcommands().containsKey(word)) {
                there.add(noun.getKey() + " " + word);
            }
        }
        return there.isEmpty() ? "" : " (there is: " + String.join(", ", there) + ")";
    }
}
