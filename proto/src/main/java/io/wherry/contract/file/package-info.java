/**
 * Bundle files and receipt files: what travels where no network goes. An OCI image layout in a tar (docs/reference/bundle-format.md#bundle-file).
 *
 * <p>Nothing here is trusted: what is read is judged by {@code contract.verify}, as if it had come over the link.
 */
@NullMarked
package io.wherry.contract.file;

import org.jspecify.annotations.NullMarked;
