package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command reads from files and standard input. Secrets come only this way: an argument list is seen by everyone on the machine. */
final class Input {
    /** The hub takes no larger document; a mistaken {@code -f /dev/zero} must end. */
    static final int MAX_BYTES = 4 << 20;

    private Input() {}

    /** The bytes of a file, or of standard input for {@code -}. */
    static byte[] bytes(Path file) {
        try (var in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new CliException(
                        ExitCode.FAILED, file + " is larger than " + (MAX_BYTES >> 20) + " MiB", "split it");
            }
            return bytes;
        } catch (IOException e) {
            throw FileOnDisk.unreadable(file, e);
        }
    }

    static String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    /** Text exactly as it is: the value of a secret for workloads, byte for byte. @throws CliException if it is no text */
    static String exactText(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    file + " is not UTF-8 text",
                    "encode it, for example as base64, and decode it in the workload");
        }
    }

    /** A secret on one line. @throws CliException if there is none */
    static String secret(Path file) {
        String secret = text(file).strip();
        if (secret.isEmpty() || secret.indexOf('\n') >= 0) {
            throw new CliException(ExitCode.FAILED, file + " must hold the secret on one line, and nothing else", "");
        }
        return secret;
    }
}
