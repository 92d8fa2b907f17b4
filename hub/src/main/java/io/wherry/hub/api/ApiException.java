package io.wherry.hub.api;

import io.wherry.contract.Reason;
import java.util.List;
import java.util.Map;

/** A request that cannot be served: becomes RFC 9457 problem JSON. */
final class ApiException extends RuntimeException {
    private final int status;
    private final String code;
    private final String hint;
    private final List<String> problems;
    private final Map<String, String> headers;

    ApiException(int status, Reason code, String detail, String hint) {
        this(status, code, detail, hint, List.of());
    }

    /** @param problems one line each, {@code FILE:LINE:COLUMN: problem}, where the cause is in a document */
    ApiException(int status, Reason code, String detail, String hint, List<String> problems) {
        this(status, code, detail, hint, problems, Map.of());
    }

    /** @param headers of the answer, beside those that every problem has */
    ApiException(
            int status, Reason code, String detail, String hint, List<String> problems, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.code = code.code();
        this.hint = hint;
        this.problems = List.copyOf(problems);
        this.headers = Map.copyOf(headers);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String hint() {
        return hint;
    }

    List<String> problems() {
        return problems;
    }

    Map<String, String> headers() {
        return headers;
    }
}
