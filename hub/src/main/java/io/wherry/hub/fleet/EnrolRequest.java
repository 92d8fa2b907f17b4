package io.wherry.hub.fleet;

/**
 * What an agent presents to join. Lengths are judged by {@link Enrolment}.
 *
 * @param token               the secret part of the join token
 * @param csr                 PKCS#10 in DER
 * @param sealingKey          raw X25519 public key
 * @param sealingKeySignature DER signature by the identity key over "wherry.sealing-key.v1\n" and the sealing key
 * @param from                the address it comes from, for the audit log
 */
public record EnrolRequest(
        byte[] token, byte[] csr, byte[] sealingKey, byte[] sealingKeySignature, AgentFacts facts, String from) {
    /** Never shows the token. */
    @Override
    public String toString() {
        return "EnrolRequest[" + facts.name() + "]";
    }
}
