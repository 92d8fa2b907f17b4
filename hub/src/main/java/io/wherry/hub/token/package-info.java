/**
 * Keys that never leave their device: what an approver signs with by PKCS#11. Works without a hub and without a network.
 *
 * <p>Takes a module, the names of a token and of a key, and a PIN; gives a {@link io.wherry.contract.Signer}. The JDK's provider signs. It knows tokens
 * by the number of their slot alone, so the module itself is asked for their names first (docs/adr/0170).
 */
@NullMarked
package io.wherry.hub.token;

import org.jspecify.annotations.NullMarked;
