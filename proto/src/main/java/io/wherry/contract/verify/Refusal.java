package io.wherry.contract.verify;

/**
 * Why something must not be done.
 *
 * @param detail one sentence for a person; never key material
 */
public record Refusal(VerifyReason reason, String detail) {}
