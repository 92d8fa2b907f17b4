/**
 * Beside the stages: the hub's data folder as one file, and back. Takes a folder of which a hub may be running, gives a backup file; takes such a file,
 * gives a folder whose hub begins a new epoch and holds its agents for review.
 */
@NullMarked
package io.wherry.hub.backup;

import org.jspecify.annotations.NullMarked;
