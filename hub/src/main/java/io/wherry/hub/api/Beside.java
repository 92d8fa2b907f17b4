package io.wherry.hub.api;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** What the operators' listener serves beside the REST: the pages. Closed before the listener is: what still streams then ends. */
public interface Beside extends AutoCloseable {
    /** @param path as it was sent; what is not served here gets the REST's answer */
    boolean serves(String path);

    void serve(ServerRequest request, ServerResponse response);

    @Override
    void close();
}
