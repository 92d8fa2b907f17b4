package io.wherry.hub.token;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a module complained of: the name of its return value ({@code CKR_…}), which the provider keeps somewhere in the chain of causes. */
record Complaint(String code) {
    private static final Pattern CODE = Pattern.compile("\\bCKR_[A-Z0-9_]+");

    /** Chains of the provider have three or four links. */
    private static final int MAX_LINKS = 16;

    static Complaint of(Throwable thrown) {
        Throwable one = thrown;
        for (int i = 0; i < MAX_LINKS && one != null; i++, one = one.getCause()) {
            Matcher code = CODE.matcher(Optional.ofNullable(one.getMessage()).orElse(""));
            if (code.find()) {
                return new Complaint(code.group());
            }
        }
        return new Complaint("");
    }

    boolean isWrongPin() {
        return switch (code) {
            case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE" -> true;
            default -> false;
        };
    }

    /** The cause and the way out, for what is told of a token by every maker alike. */
    TokenException explained(String what, Throwable cause) {
        return switch (code) {
            case "CKR_PIN_LOCKED" ->
                TokenException.failed(
                        what + ": its PIN is locked, after too many wrong ones",
                        "unlock it with its SO PIN (PUK), by its maker's program",
                        cause);
            case "CKR_PIN_EXPIRED" ->
                TokenException.failed(what + ": its PIN has expired", "set a new one, by its maker's program", cause);
            case "CKR_TOKEN_NOT_PRESENT",
                    "CKR_DEVICE_REMOVED",
                    "CKR_SESSION_HANDLE_INVALID",
                    "CKR_SESSION_CLOSED",
                    "CKR_OBJECT_HANDLE_INVALID",
                    "CKR_KEY_HANDLE_INVALID" ->
                TokenException.failed(
                        what + ": is gone: pulled out, or taken away (" + code + ")",
                        "plug it in and say it again; nothing was written",
                        cause);
            case "CKR_KEY_FUNCTION_NOT_PERMITTED" ->
                TokenException.failed(
                        what + ": may not sign (its CKA_SIGN is false)",
                        "make a key that may, or name another with --key-label",
                        cause);
            case "CKR_USER_NOT_LOGGED_IN" ->
                TokenException.failed(
                        what + ": asks for its PIN at each signature, which is not supported",
                        "use a key without CKA_ALWAYS_AUTHENTICATE (of a PIV token: in another slot than 9c)",
                        cause);
            case "" ->
                TokenException.failed(
                        what + ": the JDK's PKCS#11 provider failed: " + cause.getMessage(),
                        "look at it with pkcs11-tool --module MODULE --login --list-objects",
                        cause);
            default ->
                TokenException.failed(
                        what + ": the module says " + code,
                        "look at it with pkcs11-tool --module MODULE --login --list-objects",
                        cause);
        };
    }
}
