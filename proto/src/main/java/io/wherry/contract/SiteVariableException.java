package io.wherry.contract;

/** A site variable has no value, or one that its pattern does not allow. The message names the variable, never the value. */
public final class SiteVariableException extends RuntimeException {
    public SiteVariableException(String message) {
        super(message);
    }
}
