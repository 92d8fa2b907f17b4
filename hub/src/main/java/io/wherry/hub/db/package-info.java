/**
 * Stage 0: the store below all stages. Takes SQL from the {@code *Repository} classes, gives one writer and a few readers over one SQLite file;
 * next is audit.
 */
@NullMarked
package io.wherry.hub.db;

import org.jspecify.annotations.NullMarked;
