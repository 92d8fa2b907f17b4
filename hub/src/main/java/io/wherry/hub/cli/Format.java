package io.wherry.hub.cli;

/** How a command prints what it found; {@code -o}. */
enum Format {
    table,
    wide,
    json,
    yaml,
    name
}
