/** Benchmarks, each with a script in {@code e2e/bench}; their figures are kept in docs/benchmarks.md. */
@NullMarked
package io.wherry.e2e.bench;

import org.jspecify.annotations.NullMarked;
