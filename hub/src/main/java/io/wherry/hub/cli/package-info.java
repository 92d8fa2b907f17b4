/**
 * The operator's command line {@code wherry}: speaks REST to the hub with the JDK's own HTTP client, and renders without one.
 *
 * <p>{@code WherryCommand} is the tree of commands; each command is one class that ends in {@code Command}. Data goes to standard output, progress and hints to standard
 * error; every failure ends in a {@link io.wherry.hub.cli.CliException} with the exit code of docs/reference/exit-codes.md.
 */
@NullMarked
package io.wherry.hub.cli;

import org.jspecify.annotations.NullMarked;
