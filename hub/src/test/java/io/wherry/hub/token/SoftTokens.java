package io.wherry.hub.token;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.hub.fleet.TestDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Real tokens, of SoftHSM (Debian: softhsm2): {@code safe} with keys, {@code pulled}, {@code empty}, two times {@code twin}.
 *
 * <p>Once per process: the module sees what was there at its first look.
 */
public final class SoftTokens {
    public static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    public static final String PIN = "314159";

    /** In {@code safe}, as {@code ada}. */
    public static final KeyPair ADA = TestDevice.create().keys();

    private static final Pattern SLOT = Pattern.compile("reassigned to slot (\\d+)");
    private static final String MAY_NOT_SIGN = "attributes(import, CKO_PRIVATE_KEY, *) = {\n CKA_SIGN = false\n}\n";

    private static final SoftTokens MADE = make();

    private final Path folder;
    private final Path configuration;

    private SoftTokens() throws Exception {
        Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "soft-tokens");
        folder = Files.createDirectory(home.resolve("tokens"));
        configuration = Files.writeString(
                home.resolve("softhsm2.conf"),
                "directories.tokendir = " + folder + "\nobjectstore.backend = file\nlog.level = ERROR\n");
        setenv("SOFTHSM2_CONF", configuration.toString());
    }

    public static SoftTokens get() {
        return MADE;
    }

    private static SoftTokens make() {
        try {
            SoftTokens tokens = new SoftTokens();
            long safe = tokens.make("safe");
            long pulled = tokens.make("pulled");
            tokens.make("empty");
            tokens.make("twin");
            tokens.make("twin");
            put(safe, "ada", ADA);
            put(safe, "rsa", KeyPairGenerator.getInstance("RSA").generateKeyPair());
            put(safe, "p384", p384());
            KeyPair mute = TestDevice.create().keys();
            put(safe, MAY_NOT_SIGN, "mute", mute.getPrivate(), certificate(mute, mute.getPublic(), "mute"));
            KeyPair mixed = TestDevice.create().keys();
            put(
                    safe,
                    "",
                    "mixed",
                    mixed.getPrivate(),
                    certificate(mixed, TestDevice.create().keys().getPublic(), "mixed"));
            put(pulled, "bob", TestDevice.create().keys());
            return tokens;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair p384() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        return generator.generateKeyPair();
    }

    /** Of this process: the module asks the C library for its environment, which Java cannot change. */
    @SuppressWarnings("restricted") // the tests allow native access
    private static void setenv(String name, String value) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("setenv"),
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
                    .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (result != 0) {
                throw new IOException("setenv: " + result);
            }
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the id of its slot. */
    private long make(String label) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        label,
                        "--so-pin",
                        "00000000",
                        "--pin",
                        PIN)
                .redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", configuration.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        Matcher slot = SLOT.matcher(said);
        if (!process.waitFor(1, TimeUnit.MINUTES) || !slot.find()) {
            throw new IOException("softhsm2-util (apt-get install softhsm2): " + said);
        }
        return Long.parseLong(slot.group(1));
    }

    private static void put(long slot, String label, KeyPair pair) throws Exception {
        put(slot, "", label, pair.getPrivate(), certificate(pair, pair.getPublic(), label));
    }

    private static void put(long slot, String more, String label, PrivateKey key, Certificate certificate)
            throws Exception {
        Provider provider = Security.getProvider("SunPKCS11")
                .configure("--name = test\nlibrary = " + MODULE + "\nslot = " + slot + "\n" + more);
        KeyStore keys = KeyStore.getInstance("PKCS11", provider);
        keys.load(null, PIN.toCharArray());
        keys.setKeyEntry(label, key, null, new Certificate[] {certificate});
        ((java.security.AuthProvider) provider).logout();
    }

    private static Certificate certificate(KeyPair signer, PublicKey key, String label) throws Exception {
        X500Principal name = new X500Principal("CN=" + label);
        Instant now = Instant.now();
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(now.toEpochMilli()),
                                Date.from(now),
                                Date.from(now.plus(Duration.ofDays(1))),
                                name,
                                key)
                        .build(new JcaContentSignerBuilder("SHA256with"
                                        + signer.getPrivate().getAlgorithm().replace("EC", "ECDSA"))
                                .build(signer.getPrivate())));
    }

    /** Its files are gone, as a token that was pulled out is. */
    void pullOut(String label) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().equals("token.object")
                        && Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .contains(label)) {
                    try (Stream<Path> all = Files.list(file.getParent())) {
                        for (Path one : all.toList()) {
                            Files.delete(one);
                        }
                    }
                }
            }
        }
    }
}
