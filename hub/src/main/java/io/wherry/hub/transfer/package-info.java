/**
 * Sources, images and files in one signed file, for a hub in a closed network: {@code wherry transfer}. Works without a hub on either side.
 *
 * <p>Takes repositories, images and files, gives a file (docs/reference/transfer-file.md); and takes such a file, gives them to the servers inside.
 */
@NullMarked
package io.wherry.hub.transfer;

import org.jspecify.annotations.NullMarked;
