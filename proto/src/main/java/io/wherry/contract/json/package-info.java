/** JSON as the contract wants it: strict when read (no duplicate key, no trailing byte, bounded depth), canonical (RFC 8785) when written. */
@NullMarked
package io.wherry.contract.json;

import org.jspecify.annotations.NullMarked;
