package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.StackId;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what one stack keeps in a file, under a key derived from one of this agent alone: AES-256-GCM, the nonce before the ciphertext. A copy of the file by
 * itself (a backup, a support bundle) says nothing; who has the whole state folder has the agent's keys too.
 *
 * @param agentKey at least 16 random bytes
 */
record KeptSealed(byte[] agentKey, StackId stack) {
    private static final String CONTEXT = "wherry.adopted-objects.v1\n";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    byte[] seal(byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES/GCM: not available (expected: every JDK has it)", e);
        }
    }

    /** Empty if it was sealed under another key or for another stack, or was changed. */
    Optional<byte[]> open(byte[] sealed) {
        if (sealed.length < NONCE_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES))
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (GeneralSecurityException e) {
            return Optional
                    .empty(); // which of the reasons it is cannot be told: that is what authenticated encryption gives
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Mac derive = Mac.getInstance("HmacSHA256");
        derive.init(new SecretKeySpec(agentKey, "HmacSHA256"));
        SecretKeySpec key = new SecretKeySpec(derive.doFinal(CONTEXT.getBytes(UTF_8)), "AES");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((CONTEXT + stack).getBytes(UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "KeptSealed[" + stack + "]"; // never the key
    }
}
