package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import java.util.Locale;

/** The engine answered with an error: its status and its own words. */
public final class EngineException extends RuntimeException {
    private final int status;
    private final String words;

    EngineException(int status, String words, String call) {
        super(call + ": " + status + " " + words + cure(reason(status, words)));
        this.status = status;
        this.words = words;
    }

    public int status() {
        return status;
    }

    /** What the engine said, without the call. */
    public String words() {
        return words;
    }

    public boolean missing() {
        return status == 404;
    }

    public boolean conflict() {
        return status == 409;
    }

    /** Whether the words concern this content alone: the same content would be refused again, at any time. */
    public boolean isVerdict() {
        return switch (reason()) {
            case REFUSED_BY_RUNTIME -> true;
            default -> false;
        };
    }

    /** The engine gives one status for many causes, so its words decide where the status does not. */
    public RuntimeReason reason() {
        return reason(status, words);
    }

    private static String cure(RuntimeReason reason) {
        return reason == RuntimeReason.DISK_FULL
                ? ". Make room where the engine keeps its data (docker system df shows what takes it), or give it a larger"
                        + " disk; it is tried again by itself"
                : "";
    }

    private static RuntimeReason reason(int status, String words) {
        String text = words.toLowerCase(Locale.ROOT);
        if (text.contains("no space left on device")) {
            return RuntimeReason.DISK_FULL;
        }
        if (text.contains("port is already allocated") || text.contains("address already in use")) {
            return RuntimeReason.PORT_TAKEN;
        }
        if (text.contains("toomanyrequests") || text.contains("too many requests") || status == 429) {
            return RuntimeReason.REGISTRY_BUSY;
        }
        if (text.contains("no such image")) {
            return RuntimeReason.IMAGE_UNAVAILABLE;
        }
        if (text.contains("is already in use by container")) {
            return RuntimeReason.NAME_TAKEN;
        }
        if (status == 400 || text.contains("oci runtime create failed") || status == 403 || status == 501) {
            return RuntimeReason.REFUSED_BY_RUNTIME;
        }
        return RuntimeReason.RUNTIME_ERROR;
    }
}
