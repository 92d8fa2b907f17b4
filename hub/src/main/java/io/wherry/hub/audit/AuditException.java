package io.wherry.hub.audit;

/** The audit log is damaged. The message says where and what to do. */
public final class AuditException extends RuntimeException {
    AuditException(String message) {
        super(message);
    }
}
