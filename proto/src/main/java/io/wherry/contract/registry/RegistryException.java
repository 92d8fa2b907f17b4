package io.wherry.contract.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An image cannot be had, or cannot be put there. The message names it and the cause, {@link #hint} the way out. */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1;

    private final String hint;
    private final int status;
    private final @Nullable Duration again;

    public RegistryException(String detail, String hint, @Nullable Throwable cause) {
        this(detail, hint, cause, 0, null);
    }

    private RegistryException(
            String detail, String hint, @Nullable Throwable cause, int status, @Nullable Duration again) {
        super(detail, cause);
        this.hint = hint;
        this.status = status;
        this.again = again;
    }

    public RegistryException(String detail, String hint) {
        this(detail, hint, null);
    }

    /**
     * What the registry answered with.
     *
     * @param again after what time it is worth another try; empty if it is not
     */
    public static RegistryException answered(int status, Optional<Duration> again, String detail, String hint) {
        return new RegistryException(detail, hint, null, status, again.orElse(null));
    }

    /** What broke off on the way: worth another try. */
    static RegistryException broken(String detail, Throwable cause) {
        return new RegistryException(detail, "try again", cause, 0, Duration.ofSeconds(1));
    }

    public String hint() {
        return hint;
    }

    /** Of the registry's answer; 0 if it gave none. */
    public int status() {
        return status;
    }

    /** After what time it is worth another try; empty if a person must do something first. */
    public Optional<Duration> again() {
        return Optional.ofNullable(again);
    }
}
