package io.wherry.hub.token;

import io.wherry.contract.EcdsaP256;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Signer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;

/** Signs with a key in a PKCS#11 token, by the JDK's provider: the private number never comes here. Logged in until it is closed. */
public final class TokenSigner implements Signer, AutoCloseable {
    private static final Logger LOG = System.getLogger(TokenSigner.class.getName());

    /** In a path they have a meaning to the provider's own reader. */
    private static final Pattern UNSPEAKABLE = Pattern.compile("[\"\\\\$\\p{Cntrl}]");

    private static final String ALGORITHM = "SHA256withECDSA";

    private final String name;
    private final Provider provider;
    private final PrivateKey secret;
    private final PublicKey publicKey;

    private TokenSigner(String name, Provider provider, PrivateKey secret, PublicKey publicKey) {
        this.name = name;
        this.provider = provider;
        this.secret = secret;
        this.publicKey = publicKey;
    }

    /**
     * Logs in and finds the key.
     *
     * @param module   library of the token's maker
     * @param token    label or serial number of the token
     * @param keyLabel of the key's certificate, which is how the provider knows keys
     * @param pin      gives the PIN of the token it is asked for, once; not asked where the device has a keypad. What it gives is wiped
     * @throws TokenException if there is no such module, token or key, the PIN is wrong, or the key is none of P-256
     */
    public static TokenSigner open(Path module, String token, String keyLabel, Function<Token, char[]> pin) {
        Path library = library(module);
        Token chosen = Token.choose(ModuleTokens.of(library), token);
        chosen.requireOpenable();
        Provider provider = provider(library, chosen);
        KeyStore keys = loggedIn(provider, chosen, pin);
        try {
            return find(keys, provider, chosen, keyLabel);
        } catch (GeneralSecurityException | ProviderException e) {
            logout(provider, "token " + chosen.label());
            throw Complaint.of(e).explained("token " + chosen.label(), e);
        } catch (TokenException e) {
            logout(provider, "token " + chosen.label());
            throw e;
        }
    }

    private static Path library(Path module) {
        Path library = module.toAbsolutePath().normalize();
        if (!Files.exists(library)) {
            throw TokenException.notFound(
                    module + " does not exist",
                    "name the library of the token's maker; Debian's are below /usr/lib (SoftHSM: /usr/lib/softhsm/libsofthsm2.so)");
        }
        if (!Files.isRegularFile(library)) {
            throw TokenException.usage(module + ": no file", "name the library itself");
        }
        if (UNSPEAKABLE.matcher(library.toString()).find()) {
            throw TokenException.usage(
                    module + ": has \", \\, $ or a control character in its path",
                    "make a link to it that has none, and name the link");
        }
        return library;
    }

    private static Provider provider(Path library, Token token) {
        Provider blank = Security.getProvider("SunPKCS11");
        if (blank == null) {
            throw TokenException.failed(
                    "this Java has no PKCS#11: its module jdk.crypto.cryptoki is missing",
                    "use the Java runtime of the package, or a whole JDK 25 (WHERRY_JAVA_HOME)",
                    null);
        }
        // The provider reads a slot's id into 32 bits; where one is larger its place does as well.
        String slot = token.slot() <= Integer.MAX_VALUE && token.slot() >= 0
                ? "slot = " + token.slot()
                : "slotListIndex = " + token.place();
        try {
            return blank.configure("--name = wherry\nlibrary = \"" + library + "\"\n" + slot + "\n");
        } catch (RuntimeException e) { // whatever the provider throws at a module that does not do as it should
            throw Complaint.of(e).explained("token " + token.label(), e);
        }
    }

    private static KeyStore loggedIn(Provider provider, Token token, Function<Token, char[]> source) {
        char[] pin = token.hasKeypad() ? new char[0] : source.apply(token);
        try {
            KeyStore keys = KeyStore.getInstance("PKCS11", provider);
            keys.load(null, token.hasKeypad() ? null : pin);
            return keys;
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            Complaint complaint = Complaint.of(e);
            if (complaint.isWrongPin()) {
                throw TokenException.failed("token " + token.label() + ": the PIN is wrong", token.afterAWrongPin(), e);
            }
            throw complaint.explained("token " + token.label(), e);
        } finally {
            Arrays.fill(pin, ' ');
        }
    }

    private static TokenSigner find(KeyStore keys, Provider provider, Token token, String label)
            throws GeneralSecurityException {
        List<String> there = Collections.list(keys.aliases()).stream()
                .filter(alias -> isKey(keys, alias))
                .sorted()
                .toList();
        // Where several have one label, the provider adds issuer and serial number of their certificates.
        List<String> found = there.stream()
                .filter(alias -> alias.equals(label) || alias.startsWith(label + "/"))
                .toList();
        String name = "key " + label + " in token " + token.label();
        if (found.isEmpty()) {
            throw TokenException.notFound(
                    name + ": there is none that has a certificate"
                            + (there.isEmpty()
                                    ? ", nor any other key"
                                    : " (there are: " + String.join(", ", there) + ")"),
                    "a key is known by the label of its certificate, which has the same id (CKA_ID) as the key; keytool -genkeypair makes both (docs/how-to/approve-releases.md)");
        }
        if (found.size() > 1 && !found.contains(label)) {
            throw TokenException.usage(
                    name + ": " + found.size() + " keys have this label",
                    "name one in full with --key-label: " + String.join(" or ", found));
        }
        String alias = found.contains(label) ? label : found.getFirst();
        if (!(keys.getKey(alias, null) instanceof PrivateKey secret)) {
            throw TokenException.failed(name + ": no private key", "name another with --key-label", null);
        }
        return new TokenSigner(
                name,
                provider,
                secret,
                publicKey(name, keys.getCertificate(alias).getPublicKey()));
    }

    private static boolean isKey(KeyStore keys, String alias) {
        try {
            return keys.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            throw new ProviderException("key store: not loaded (expected: loaded before it is asked)", e);
        }
    }

    /** As the contract writes it: the provider's own objects may spell it otherwise. */
    private static PublicKey publicKey(String name, PublicKey key) {
        try {
            return EcdsaP256.publicKey(key.getEncoded());
        } catch (IllegalArgumentException e) {
            throw TokenException.failed(
                    name + ": is of another kind: " + key.getAlgorithm() + " (expected: EC on P-256)",
                    "make one with keytool -genkeypair -keyalg EC -groupname secp256r1, or name another with --key-label",
                    null);
        }
    }

    /** The half that an administrator registers. */
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public String keyId() {
        return PublicKeyId.of(publicKey);
    }

    /** @throws TokenException if the key may not sign, the token is gone, or the certificate is another key's */
    @Override
    public byte[] sign(byte[] pae) {
        byte[] made;
        try {
            Signature signature = Signature.getInstance(ALGORITHM, provider);
            signature.initSign(secret);
            signature.update(pae);
            made = signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            throw Complaint.of(e).explained(name, e);
        }
        if (!EcdsaP256.verifies(publicKey, pae, made)) {
            throw TokenException.failed(
                    name + ": the certificate beside it is another key's: what it signs cannot be verified with it",
                    "put a certificate of this key into the token",
                    null);
        }
        return made;
    }

    @Override
    public void close() {
        logout(provider, name);
    }

    private static void logout(Provider provider, String name) {
        try {
            if (provider instanceof AuthProvider session) {
                session.logout();
            }
        } catch (LoginException | ProviderException e) {
            // Nobody can log out of what is gone; the process ends with the command, and its session with it.
            LOG.log(
                    Level.DEBUG,
                    () -> name + ": not logged out: " + Complaint.of(e).code());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
