package io.wherry.hub.registry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An image cannot be had. The message names it and the cause, {@link #hint} the way out. */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1;

    private final String hint;

    RegistryException(String detail, String hint, @Nullable Throwable cause) {
        super(detail, cause);
        this.hint = hint;
    }

    public RegistryException(String detail, String hint) {
        this(detail, hint, null);
    }

    public String hint() {
        return hint;
    }
}
