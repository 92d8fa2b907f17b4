package io.wherry.hub.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How a command prints what it found; {@code -o}. */
enum Format {
    table,
    wide,
    json,
    yaml,
    name,
    /** Of stacks alone. */
    tree;

    /** @throws CliException if the command at hand cannot print this way: something else in its place would mislead a script */
    void among(Format... possible) {
        if (!List.of(possible).contains(this)) {
            throw CliException.usage("-o " + this + " is not for this command; one of: "
                    + Arrays.stream(possible).map(Format::name).collect(Collectors.joining(", ")));
        }
    }
}
