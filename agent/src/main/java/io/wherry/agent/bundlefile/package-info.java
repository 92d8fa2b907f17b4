/**
 * The same offers and receipts by file: takes a bundle file, gives an adopted assignment with all its content in the store; next is plan. And the other way: the
 * outbox as a receipts file.
 */
@NullMarked
package io.wherry.agent.bundlefile;

import org.jspecify.annotations.NullMarked;
