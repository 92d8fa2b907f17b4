/** Keeps the reference pages true: what they say is compared with the code. */
@NullMarked
package io.wherry.e2e.docs;

import org.jspecify.annotations.NullMarked;
