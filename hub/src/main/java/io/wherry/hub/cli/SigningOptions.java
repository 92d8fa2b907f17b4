package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.Signer;
import io.wherry.hub.token.Token;
import io.wherry.hub.token.TokenException;
import io.wherry.hub.token.TokenSigner;
import io.wherry.hub.transfer.KeyFiles;
import io.wherry.hub.transfer.PrivateFile;
import io.wherry.hub.transfer.SigningKey;
import java.io.Console;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** An approver's key: in a file, or in a token that it never leaves. */
final class SigningOptions {
    /** The key, and until when it is at hand. */
    record Key(Signer signer, PublicKey publicKey, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY",
            description = "The approver's private key: P-256, PKCS#8 in PEM, readable by its owner alone.")
    private @Nullable Path file;

    @ArgGroup(multiplicity = "1", exclusive = false)
    private @Nullable InToken token;

    /** All but the last. */
    static final class InToken {
        @Option(
                names = "--pkcs11",
                required = true,
                paramLabel = "MODULE",
                description =
                        "Or the library by which a token with the key is reached (PKCS#11), for example /usr/lib/softhsm/libsofthsm2.so.")
        private @Nullable Path module;

        @Option(
                names = "--token",
                required = true,
                paramLabel = "LABEL",
                description = "The token: its label, or its serial number where several have one label.")
        private String label = "";

        @Option(
                names = "--key-label",
                required = true,
                paramLabel = "LABEL",
                description = "The key in the token: the label of its certificate.")
        private String key = "";

        @Option(
                names = "--pin-file",
                paramLabel = "FILE",
                description =
                        "Holds the token's PIN, and is readable by its owner alone (default: it is asked for on the terminal, and not shown).")
        private Optional<Path> pinFile = Optional.empty();

        private TokenSigner open() {
            return TokenSigner.open(Objects.requireNonNull(module, "MODULE"), label, key, this::pin);
        }

        private char[] pin(Token chosen) {
            return pinFile.map(InToken::read).orElseGet(() -> ask(chosen));
        }

        private static char[] read(Path file) {
            String pin = PrivateFile.secret(file).stripTrailing();
            if (pin.isEmpty() || pin.lines().count() > 1) {
                throw CliException.usage(file + ": " + (pin.isEmpty() ? "empty" : "several lines")
                        + " (expected: the PIN and nothing else)");
            }
            return pin.toCharArray();
        }

        @SuppressWarnings("SystemConsoleNull") // a runtime of few modules may have no console at all
        private static char[] ask(Token chosen) {
            Console console = System.console();
            if (console == null || !console.isTerminal()) {
                throw new CliException(
                        ExitCode.BLOCKED,
                        "token " + chosen.label() + ": its PIN is needed, and there is no terminal to ask on",
                        "--pin-file FILE");
            }
            char[] pin = console.readPassword("PIN of token %s: ", chosen.label());
            if (pin == null || pin.length == 0) {
                throw new CliException(ExitCode.BLOCKED, "no PIN was given; nothing was done", "");
            }
            return pin;
        }
    }

    /** @throws CliException naming what is wrong with the file, token or key */
    Key open() {
        return TransferCommand.explained(() -> {
            try {
                if (token != null) {
                    TokenSigner signer = token.open();
                    return new Key(signer, signer.publicKey(), signer::close);
                }
                SigningKey signer = KeyFiles.signing(Objects.requireNonNull(file, "KEY"));
                return new Key(signer, signer.publicKey(), () -> {}); // a file has nothing to close
            } catch (TokenException e) {
                throw explained(e);
            }
        });
    }

    static CliException explained(TokenException e) {
        return new CliException(e.exit(), String.valueOf(e.getMessage()), e.hint());
    }
}
