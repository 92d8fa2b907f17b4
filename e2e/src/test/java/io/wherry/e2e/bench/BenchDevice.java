package io.wherry.e2e.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A device's keys and its proof of them; the sealing key is any 32 bytes, since nothing is sealed here. */
record BenchDevice(KeyPair keys) {
    private static final byte[] SEALING_KEY = new byte[32];

    static BenchDevice create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new BenchDevice(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] sealingKey() {
        return SEALING_KEY.clone();
    }

    byte[] csr() {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=bench"), keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] sealingKeySignature() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes("wherry.sealing-key.v1\n".getBytes(US_ASCII));
        message.writeBytes(SEALING_KEY);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(message.toByteArray());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
