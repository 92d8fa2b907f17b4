package io.wherry.hub.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The key that values are encrypted with: AES-256-GCM. It stands in a file of its own and never in the database. */
public final class KeyEncryptionKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Set<PosixFilePermission> OWNER_READS = PosixFilePermissions.fromString("r--------");

    private final SecretKey key;
    private final SecureRandom random;

    private KeyEncryptionKey(SecretKey key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    /** Makes the file, mode 0400. */
    public static void create(Path file, SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            DurableFiles.write(file, (Base64.getEncoder().encodeToString(key) + "\n").getBytes(UTF_8));
            Files.setPosixFilePermissions(file, OWNER_READS);
        } catch (IOException e) {
            throw new VaultException(file + ": the vault's key cannot be written: " + Causes.words(e), e);
        }
    }

    /** @throws VaultException naming the file, if it cannot be read or is not such a key */
    public static KeyEncryptionKey open(Path file, SecureRandom random) {
        try {
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                throw new VaultException(file + ": everybody may read the vault's key (chmod 400 " + file + ")");
            }
            byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
            if (key.length != KEY_BYTES) {
                throw new VaultException(
                        file + ": " + key.length + " bytes (expected: a vault key of " + KEY_BYTES + " bytes)");
            }
            return new KeyEncryptionKey(new SecretKeySpec(key, "AES"), random);
        } catch (IOException e) {
            throw new VaultException(
                    file + ": the vault's key cannot be read: " + Causes.words(e) + " (restore it from the backup)", e);
        } catch (IllegalArgumentException e) {
            throw new VaultException(file + ": not a vault key (restore it from the backup)");
        }
    }

    /**
     * What is stored: 12 bytes of nonce, then ciphertext and tag.
     *
     * @param binding what the value belongs to; the same is needed to open it
     */
    byte[] seal(byte[] plaintext, byte[] binding) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, binding).doFinal(plaintext);
            byte[] stored = new byte[NONCE_BYTES + sealed.length];
            System.arraycopy(nonce, 0, stored, 0, NONCE_BYTES);
            System.arraycopy(sealed, 0, stored, NONCE_BYTES, sealed.length);
            return stored;
        } catch (GeneralSecurityException e) {
            throw new VaultException("a value cannot be encrypted: " + Causes.words(e), e);
        }
    }

    /** @throws VaultException if the value, or what it belongs to, was changed, or another key sealed it */
    byte[] open(byte[] stored, byte[] binding) {
        if (stored.length < NONCE_BYTES) {
            throw new VaultException("a stored value is cut short (restore the database from the backup)");
        }
        byte[] nonce = java.util.Arrays.copyOf(stored, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, binding)
                    .doFinal(stored, NONCE_BYTES, stored.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new VaultException(
                    "a stored value does not open with this key: it was changed, moved to another credential, or belongs to another vault key",
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] binding) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(binding);
        return cipher;
    }

    @Override
    public String toString() {
        return "***";
    }
}
