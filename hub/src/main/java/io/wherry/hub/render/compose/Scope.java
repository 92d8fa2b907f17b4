package io.wherry.hub.render.compose;

/**
 * What the text of a file refers to. A file that is extended or included has one of its own.
 *
 * @param folder    where its relative paths begin, in the tree: the project directory, not always the folder of the file
 * @param variables what fills its {@code ${…}}
 */
record Scope(String folder, Variables variables) {}
