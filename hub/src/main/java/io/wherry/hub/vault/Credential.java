package io.wherry.hub.vault;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A credential, without its value.
 *
 * @param type    {@code token} or {@code basic}, sent to a host; {@code sshKey}, used at one; {@code secret}, sealed to the agents of its stacks; {@code registry}, both; {@code webhook},
 *                neither
 * @param whom    whom it is for
 * @param version 1, 2, 3 …: rises with each rotation
 * @param times   when it was made, rotated, ends and was used last
 */
public record Credential(String name, String type, Whom whom, long version, Times times) {
    /**
     * Whom it is for: one host, or stacks, or a host and the stacks that may pull from it.
     *
     * @param host   {@code HOST} or {@code HOST:PORT}; empty for a secret
     * @param uid    of what is sealed, 26 characters, never reused; empty for others
     * @param stacks names of those that it may be sealed for; none for what is not sealed
     * @param size   of what is sealed, in bytes
     */
    public record Whom(String host, String uid, SortedSet<String> stacks, int size) {
        public Whom {
            stacks = Collections.unmodifiableSortedSet(new TreeSet<>(stacks));
        }

        /** Of what leaves the hub in no way. */
        static final Whom NOBODY = new Whom("", "", new TreeSet<>(), 0);

        static Whom host(String host) {
            return new Whom(Hosts.normal(host), "", new TreeSet<>(), 0);
        }

        static Whom sshHost(String host) {
            return new Whom(Hosts.ofSsh(host), "", new TreeSet<>(), 0);
        }

        /** Whether its value is sealed to agents. */
        public boolean sealed() {
            return !stacks.isEmpty();
        }

        /** Those of host and stacks that it has. */
        public void put(Json.Builder json) {
            if (!host.isEmpty()) {
                json.put("host", host);
            }
            if (sealed()) {
                json.put("stacks", List.copyOf(stacks));
            }
        }

        Whom withSize(int bytes) {
            return new Whom(host, uid, stacks, bytes);
        }
    }

    /** Empty for what is sent to no host. */
    public String host() {
        return whom.host();
    }

    public boolean isSecret() {
        return type.equals(CredentialValue.Plain.TYPE);
    }

    /** Whether a Git server shows it when it calls. */
    public boolean isForWebhooks() {
        return type.equals(CredentialValue.Webhook.TYPE);
    }

    /** Whether it is a login for a registry of images. */
    public boolean isForRegistry() {
        return type.equals(CredentialValue.Registry.TYPE);
    }

    /** Its dates. */
    public record Times(Instant created, Instant rotated, Optional<Instant> expires, Optional<Instant> lastUsed) {}

    /** Whether it logs in over SSH. */
    public boolean isForSsh() {
        return type.equals(CredentialValue.SshKey.TYPE);
    }

    /** Whether it is sent to that host. */
    public boolean isFor(String other) {
        return !host().isEmpty() && host().equals(isForSsh() ? Hosts.ofSsh(other) : Hosts.normal(other));
    }

    public boolean expired(Instant now) {
        return times.expires().filter(end -> !now.isBefore(end)).isPresent();
    }

    public Json.Obj toJson() {
        Json.Builder json = Json.object().put("name", name).put("type", type);
        whom.put(json);
        return json.put("version", version)
                .put("created", times.created().toString())
                .put("rotated", times.rotated().toString())
                .putIf("expires", times.expires().map(Instant::toString))
                .putIf("lastUsed", times.lastUsed().map(Instant::toString))
                .build();
    }
}
