package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.SecretValue;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Opens the secrets of deployments and keeps them in their folder. Values leave this class into files, into what takes them out of texts, and to a runtime that makes objects of them. */
public final class Secrets {
    private static final int SHOWN_HASH_BYTES = 6;

    private final SecretFolder folder;
    private final SecretOpener opener;
    private final byte[] hashKey;

    /** @param hashKey under which values in differences are hashed */
    public Secrets(SecretFolder folder, SecretOpener opener, byte[] hashKey) {
        this.folder = folder;
        this.opener = opener;
        this.hashKey = hashKey.clone();
    }

    /** The first that does not open, for a person. Writes nothing. */
    Optional<String> unreadable(StackId stack, List<SecretFile> secrets) {
        for (SecretFile secret : secrets) {
            Optional<byte[]> value = opener.open(stack, secret);
            if (value.isEmpty()) {
                return Optional.of(SecretOpener.unreadable(secret));
            }
            SecretFolder.forget(value.get());
        }
        return Optional.empty();
    }

    /** Where any is a file. */
    void requireUsable(List<SecretFile> secrets) throws IOException {
        if (secrets.stream().anyMatch(secret -> !secret.modes().isEmpty())) {
            folder.requireUsable();
        }
    }

    /** The deployment with the values that are no files: for a runtime that puts them elsewhere. */
    Deployment opened(Deployment deployment) {
        if (deployment.secrets().stream().allMatch(secret -> !secret.modes().isEmpty())) {
            return deployment;
        }
        return deployment.with(deployment.secrets().stream()
                .map(secret ->
                        secret.modes().isEmpty() ? opened(deployment.identity().stack(), secret) : secret)
                .toList());
    }

    private SecretFile opened(StackId stack, SecretFile secret) {
        Optional<byte[]> value = opener.open(stack, secret);
        SecretFile opened = secret.opened(value.map(SecretValue::new));
        value.ifPresent(SecretFolder::forget);
        return opened;
    }

    /**
     * Writes those that are missing or differ.
     *
     * @return names of those that were written
     * @throws IOException naming what cannot be written or opened
     */
    public List<String> place(StackId stack, List<SecretFile> secrets) throws IOException {
        List<String> written = new ArrayList<>();
        for (SecretFile secret : secrets) {
            if (secret.modes().isEmpty()) {
                continue; // no file of it is wanted
            }
            byte[] value =
                    opener.open(stack, secret).orElseThrow(() -> new IOException(SecretOpener.unreadable(secret)));
            try {
                if (folder.place(secret, value)) {
                    written.add(secret.name());
                }
            } finally {
                SecretFolder.forget(value);
            }
        }
        return written;
    }

    /** Removes the stack's other versions. */
    void keepOnly(StackId stack, List<SecretFile> secrets) throws IOException {
        folder.keepOnly(stack, secrets);
    }

    /** Over their values, as far as they open. */
    SecretMask mask(StackId stack, List<SecretFile> secrets) {
        List<byte[]> values = secrets.stream()
                .flatMap(secret -> opener.open(stack, secret).stream())
                .toList();
        SecretMask mask = SecretMask.of(values);
        values.forEach(SecretFolder::forget);
        return mask;
    }

    /** How the files differ from what was sealed: by name and keyed hash, never by value. */
    List<Difference> diff(StackId stack, List<SecretFile> secrets) throws IOException {
        List<Difference> differences = new ArrayList<>();
        for (SecretFile secret : secrets) {
            byte[] value =
                    opener.open(stack, secret).orElseThrow(() -> new IOException(SecretOpener.unreadable(secret)));
            for (String mode : secret.modes()) {
                difference("secret/" + secret.name(), secret.file(mode), value, mode)
                        .ifPresent(differences::add);
            }
            SecretFolder.forget(value);
        }
        return differences;
    }

    private Optional<Difference> difference(String object, Path file, byte[] value, String mode) throws IOException {
        Optional<byte[]> found = folder.read(file);
        if (found.isEmpty()) {
            return Optional.of(new Difference(object, "state", "present", "missing"));
        }
        String wanted = hash(value);
        String has = hash(found.get());
        SecretFolder.forget(found.get());
        if (!wanted.equals(has)) {
            return Optional.of(new Difference(object, "value", wanted, has));
        }
        String permissions = PosixFilePermissions.toString(SecretFolder.permissions(mode));
        String have = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        return permissions.equals(have)
                ? Optional.empty()
                : Optional.of(new Difference(object, "mode", permissions, have));
    }

    private String hash(byte[] value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(hashKey, "HmacSHA256"));
            mac.update("secret\n".getBytes(UTF_8)); // not the hash of an environment variable with the same value
            return "hmac:" + HexFormat.of().formatHex(mac.doFinal(value), 0, SHOWN_HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256: not available (expected: every JDK has it)", e);
        }
    }
}
