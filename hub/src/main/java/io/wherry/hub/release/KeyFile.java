package io.wherry.hub.release;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Signer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/** One P-256 key pair in a file of its own, as PEM: the private key (PKCS#8), then the public one, which the JDK cannot compute from it. */
record KeyFile(PrivateKey privateKey, PublicKey publicKey) {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    static KeyFile generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            var pair = generator.generateKeyPair();
            return new KeyFile(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256: not available (expected: every JDK has it)", e);
        }
    }

    Signer signer() {
        return EcdsaSigner.of(privateKey, publicKey);
    }

    void write(Path file) throws IOException {
        String text = block("PRIVATE KEY", privateKey.getEncoded()) + block("PUBLIC KEY", publicKey.getEncoded());
        DurableFiles.write(file, text.getBytes(US_ASCII));
    }

    /** @throws KeysException if the file is missing, readable by others, not such a pair, or the two keys are not one pair */
    static KeyFile read(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(mode)) {
                throw new KeysException(file + ": mode " + PosixFilePermissions.toString(mode)
                        + " lets others read a private key (chmod 600 " + file + ")");
            }
            String text = Files.readString(file, US_ASCII);
            PrivateKey privateKey =
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block(text, "PRIVATE KEY")));
            KeyFile key = new KeyFile(privateKey, EcdsaP256.publicKey(block(text, "PUBLIC KEY")));
            byte[] probe = "wherry.key-check.v1".getBytes(US_ASCII);
            if (!EcdsaP256.verifies(key.publicKey, probe, key.signer().sign(probe))) {
                throw new KeysException(
                        file + ": the private and the public key in it are not a pair (restore it from the backup)");
            }
            return key;
        } catch (AccessDeniedException e) {
            throw new KeysException(
                    file + ": cannot be read: permission denied (chown --reference=" + file.getParent() + " " + file
                            + ")",
                    e);
        } catch (IOException e) {
            throw new KeysException(file + ": cannot be read: " + Causes.words(e) + " (restore it from the backup)", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeysException(file + ": not a P-256 key pair in PEM (restore it from the backup)");
        }
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** @throws IllegalArgumentException if the text holds no such block */
    static byte[] block(String text, String type) {
        String begin = "-----BEGIN " + type + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + type + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("key: no " + type + " (expected: one in PEM)");
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }

    @Override
    public String toString() {
        return "***";
    }
}
