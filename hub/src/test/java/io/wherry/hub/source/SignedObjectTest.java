package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.resource.SshPublicKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Objects that Git would never write, and signatures that nobody made. Real ones: {@code SignedCommitsIT}. */
class SignedObjectTest {
    private static final String HEAD = """
            tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
            author Ada <ada@example.org> 1767225600 +0000
            committer Ada <a> b> 1767225601 +0200
            """;

    private static SignedObject commit(String text) {
        return SignedObject.commit(text.getBytes(US_ASCII));
    }

    @Test
    void onlyTheHeaderIsASignatureAndNotAMessageThatLooksLikeOne() {
        String message = "\nsubject\n\ngpgsig -----BEGIN PGP SIGNATURE-----\n forged\n";

        SignedObject none = commit(HEAD + message);
        SignedObject one = commit(HEAD + "gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n \nencoding x\n" + message);

        assertThat(none.signature()).isEmpty();
        assertThat(new String(none.payload(), US_ASCII)).isEqualTo(HEAD + message);
        assertThat(none.time()).contains(Instant.ofEpochSecond(1767225601));
        assertThat(new String(one.signature().orElseThrow(), US_ASCII))
                .isEqualTo("-----BEGIN SSH SIGNATURE-----\nAAAA\n\n");
        assertThat(new String(one.payload(), US_ASCII)).isEqualTo(HEAD + "encoding x\n" + message);
        assertThat(one.isSsh()).isTrue();
    }

    @Test
    void twoSignaturesAreNone() {
        assertThatThrownBy(() -> commit(HEAD + "gpgsig a\ngpgsig b\n\nx")).hasMessageContaining("several");
        assertThatThrownBy(() -> commit(HEAD + "gpgsig a\n b\nencoding x\ngpgsig c\n\nx"))
                .hasMessageContaining("several");
        assertThatThrownBy(() -> commit(HEAD + "gpgsig-sha256 a\n\nx")).hasMessageContaining("SHA-256");
        assertThatThrownBy(() -> SignedObject.tag("object a\ngpgsig x\n\nm".getBytes(US_ASCII)))
                .hasMessageContaining("header");
    }

    @Test
    void aTagIsSignedByTheEndOfItsMessage() {
        String signed = "object a\ntagger A <a> 1767225601 +0000\n\n-----BEGIN PGP SIGNATURE-----\nquoted\n";
        SignedObject tag = SignedObject.tag((signed + "-----BEGIN SSH SIGNATURE-----\nx\n").getBytes(US_ASCII));

        assertThat(new String(tag.payload(), US_ASCII)).isEqualTo(signed);
        assertThat(tag.isSsh()).isTrue();
        assertThat(tag.time()).contains(Instant.ofEpochSecond(1767225601));
        assertThat(SignedObject.tag("object a\n\nplain -----BEGIN SSH SIGNATURE-----".getBytes(US_ASCII))
                        .signature())
                .isEmpty();
        assertThat(SignedObject.tag(new byte[0]).signature()).isEmpty();
    }

    @RepeatedTest(200)
    void noBytesMakeItThrowAnythingButARefusal(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        byte[] blob = ByteBuffer.allocate(noise.length + 10)
                .put("SSHSIG".getBytes(US_ASCII))
                .putInt(1)
                .put(noise)
                .array();
        String armored = "-----BEGIN SSH SIGNATURE-----\n" + Base64.getEncoder().encodeToString(blob)
                + "\n-----END SSH SIGNATURE-----";
        try {
            SshSignature read = SshSignature.parse(armored.getBytes(US_ASCII));
            assertThat(read.isOf(noise, SshPublicKey.of(read.key()))).isFalse();
        } catch (IllegalArgumentException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
        try {
            SignedObject.commit(noise);
            SignedObject.tag(noise);
        } catch (IllegalArgumentException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }
}
