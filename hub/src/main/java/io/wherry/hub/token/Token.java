package io.wherry.hub.token;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A token as its module tells of it, before anybody has logged in ({@code CK_TOKEN_INFO}).
 *
 * @param place  of its slot among the module's slots, from 0
 * @param slot   the slot's id; any number
 * @param label  what its owner calls it; several may have the same
 * @param serial what its maker calls it
 * @param flags  {@code CKF_…}
 */
public record Token(int place, long slot, String label, String serial, long flags) {
    private static final long PIN_IS_SET = 0x8;
    private static final long HAS_KEYPAD = 0x100;
    private static final long IS_INITIALIZED = 0x400;
    private static final long LAST_TRY = 0x20000;
    private static final long LOCKED = 0x40000;

    /**
     * The one of this name, by label or by serial number.
     *
     * @throws TokenException if none is, or several are
     */
    static Token choose(List<Token> tokens, String name) {
        List<Token> found = tokens.stream()
                .filter(token -> token.label.equals(name) || token.serial.equals(name))
                .toList();
        if (found.isEmpty()) {
            throw TokenException.notFound(
                    "token " + name + ": the module has none of this name"
                            + (tokens.isEmpty()
                                    ? ", and no other"
                                    : " (there are: "
                                            + tokens.stream()
                                                    .map(token -> token.label)
                                                    .distinct()
                                                    .sorted()
                                                    .collect(Collectors.joining(", "))
                                            + ")"),
                    tokens.isEmpty()
                            ? "is it plugged in, and may this user reach it?"
                            : "name one with --token, by label or by serial number");
        }
        if (found.size() > 1) {
            throw TokenException.usage(
                    "token " + name + ": " + found.size() + " tokens have this name (serial numbers: "
                            + found.stream().map(token -> token.serial).sorted().collect(Collectors.joining(", "))
                            + ")",
                    "name one by its serial number: --token SERIAL");
        }
        return found.getFirst();
    }

    /** Whether anything can be in it: a slot with a blank token is listed too. */
    boolean isInitialized() {
        return (flags & IS_INITIALIZED) != 0;
    }

    /** The PIN is typed at the device and never comes here. */
    public boolean hasKeypad() {
        return (flags & HAS_KEYPAD) != 0;
    }

    /** @throws TokenException if no PIN can open it */
    void requireOpenable() {
        if ((flags & LOCKED) != 0) {
            throw TokenException.failed(
                    "token " + label + ": its PIN is locked, after too many wrong ones",
                    "unlock it with its SO PIN (PUK), by its maker's program",
                    null);
        }
        if ((flags & PIN_IS_SET) == 0) {
            throw TokenException.failed(
                    "token " + label + ": has no PIN yet", "set one with the program of its maker", null);
        }
    }

    /** What a wrong PIN has come to, as of before it was tried. */
    String afterAWrongPin() {
        return (flags & LAST_TRY) != 0
                ? "that was the last try: the token is locked now"
                : "a token locks after a few wrong ones, so look before you try again";
    }
}
