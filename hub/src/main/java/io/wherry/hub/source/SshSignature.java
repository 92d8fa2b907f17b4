package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.hub.resource.SshPublicKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * A signature as {@code ssh-keygen -Y sign} makes it (PROTOCOL.sshsig of OpenSSH): with the key that made it and what it was made for.
 *
 * @param key       in the form of RFC 4253; of any type
 * @param namespace what it was made for: {@code git}
 * @param hash      {@code sha256} or {@code sha512}, of the message
 * @param algorithm of the signature: {@code ssh-ed25519}, {@code rsa-sha2-512} …
 * @param bytes     in the form of that algorithm
 */
record SshSignature(byte[] key, String namespace, String hash, String algorithm, byte[] bytes) {
    private static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";
    private static final String END = "-----END SSH SIGNATURE-----";
    private static final byte[] MAGIC = "SSHSIG".getBytes(US_ASCII);

    private static final Map<String, String> HASHES = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

    /** SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the key itself. */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    /** @throws IllegalArgumentException if it is none; the message goes on after "a signature that" */
    static SshSignature parse(byte[] armored) {
        String text = new String(armored, US_ASCII).strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new IllegalArgumentException("does not end, or has something after its end");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder()
                    .decode(text.substring(BEGIN.length(), text.length() - END.length())
                            .replaceAll("\\s", "")));
            byte[] magic = new byte[MAGIC.length];
            in.get(magic);
            if (!Arrays.equals(magic, MAGIC) || in.getInt() != 1) {
                throw new IllegalArgumentException("is of another version than 1");
            }
            byte[] key = SshPublicKey.string(in);
            String namespace = new String(SshPublicKey.string(in), UTF_8);
            if (SshPublicKey.string(in).length > 0) {
                throw new IllegalArgumentException("uses what is reserved");
            }
            String hash = new String(SshPublicKey.string(in), US_ASCII);
            ByteBuffer signature = ByteBuffer.wrap(SshPublicKey.string(in));
            String algorithm = new String(SshPublicKey.string(signature), US_ASCII);
            byte[] bytes = SshPublicKey.string(signature);
            if (in.hasRemaining() || signature.hasRemaining()) {
                throw new IllegalArgumentException("holds more than a signature");
            }
            return new SshSignature(key, namespace, hash, algorithm, bytes);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("breaks off", e);
        }
    }

    /** Whether it is over SHA-1, or an algorithm of the message's digest that is not one of those that are left. */
    boolean isWeak() {
        return !HASHES.containsKey(hash) || algorithm.equals(SshPublicKey.RSA) || algorithm.equals("ssh-dss");
    }

    /**
     * Whether this key made it, of these very bytes.
     *
     * @param by the key that it holds
     */
    boolean isOf(byte[] message, SshPublicKey by) {
        if (isWeak() || !Arrays.equals(by.blob(), key)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(javaName(by));
            verifier.initVerify(publicKey(by));
            verifier.update(signed(message));
            return verifier.verify(by.type().startsWith(SshPublicKey.ECDSA) ? der(bytes) : bytes);
        } catch (GeneralSecurityException | BufferUnderflowException | IllegalArgumentException e) {
            return false; // a point that is on no curve, numbers of no length: no signature
        }
    }

    private byte[] signed(byte[] message) throws GeneralSecurityException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(all)) {
            out.write(MAGIC);
            string(out, namespace.getBytes(UTF_8));
            string(out, new byte[0]);
            string(out, hash.getBytes(US_ASCII));
            string(out, MessageDigest.getInstance(HASHES.get(hash)).digest(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never: it is memory
        }
        return all.toByteArray();
    }

    private static void string(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** The algorithm must be one of the key's type: who could choose it freely could choose a weak one. */
    private String javaName(SshPublicKey by) throws GeneralSecurityException {
        return switch (by.type() + " " + algorithm) {
            case "ssh-ed25519 ssh-ed25519" -> "Ed25519";
            case "ssh-rsa rsa-sha2-256" -> "SHA256withRSA";
            case "ssh-rsa rsa-sha2-512" -> "SHA512withRSA";
            case "ecdsa-sha2-nistp256 ecdsa-sha2-nistp256" -> "SHA256withECDSA";
            case "ecdsa-sha2-nistp384 ecdsa-sha2-nistp384" -> "SHA384withECDSA";
            case "ecdsa-sha2-nistp521 ecdsa-sha2-nistp521" -> "SHA512withECDSA";
            default -> throw new GeneralSecurityException(algorithm + " is no algorithm of " + by.type());
        };
    }

    private static PublicKey publicKey(SshPublicKey key) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(key.blob());
        SshPublicKey.string(in); // the type
        if (key.type().equals(SshPublicKey.ED25519)) {
            byte[] raw = SshPublicKey.string(in);
            byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + raw.length);
            System.arraycopy(raw, 0, encoded, ED25519_PREFIX.length, raw.length);
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        }
        if (key.type().equals(SshPublicKey.RSA)) {
            BigInteger exponent = new BigInteger(SshPublicKey.string(in));
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(new BigInteger(SshPublicKey.string(in)), exponent));
        }
        String curve = new String(SshPublicKey.string(in), US_ASCII);
        if (!key.type().equals(SshPublicKey.ECDSA + curve)) {
            throw new GeneralSecurityException("a key of another curve than its type says");
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve.replace("nistp", "secp") + "r1"));
        byte[] point = SshPublicKey.string(in);
        if (point.length < 3 || point[0] != 4) {
            throw new GeneralSecurityException("a point that is not written whole");
        }
        int half = (point.length - 1) / 2;
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(new BigInteger(1, point, 1, half), new BigInteger(1, point, 1 + half, half)),
                        parameters.getParameterSpec(ECParameterSpec.class)));
    }

    /** SSH writes two numbers, Java wants them in a sequence of ASN.1. */
    private static byte[] der(byte[] ssh) {
        ByteBuffer in = ByteBuffer.wrap(ssh);
        byte[] r = new BigInteger(SshPublicKey.string(in)).toByteArray();
        byte[] s = new BigInteger(SshPublicKey.string(in)).toByteArray();
        int length = r.length + s.length + 4;
        if (in.hasRemaining() || r.length > 67 || s.length > 67) {
            throw new IllegalArgumentException("numbers of no length of a curve");
        }
        ByteBuffer out = ByteBuffer.allocate(length + 3);
        out.put((byte) 0x30);
        if (length > 127) {
            out.put((byte) 0x81);
        }
        out.put((byte) length);
        out.put((byte) 2).put((byte) r.length).put(r);
        out.put((byte) 2).put((byte) s.length).put(s);
        return Arrays.copyOf(out.array(), out.position());
    }
}
