package io.wherry.hub.access;

/**
 * Somebody who has shown a valid key.
 *
 * @param keyId the key's id: never used again, unlike the name
 * @param name  what audit records call it
 */
public record Principal(String keyId, String name, Role role) {}
