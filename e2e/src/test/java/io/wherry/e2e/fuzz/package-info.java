/** Everything that reads bytes of strangers, as targets of a fuzzer, and the inputs that it found kept as tests. */
@NullMarked
package io.wherry.e2e.fuzz;

import org.jspecify.annotations.NullMarked;
