package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.kubernetes.ApiServer.Answer;
import io.wherry.agent.runtime.kubernetes.ApiServer.Call;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The few calls that this runtime makes, each with its limit. Objects go and come as they are. */
final class ClusterApi {
    /** Field manager of everything this agent applies. */
    static final String MANAGER = "wherry-agent";

    /** A write may wait for admission webhooks, which have up to 30 s each. */
    static final Duration WRITE_LIMIT = Duration.ofSeconds(60);

    static final Duration READ_LIMIT = Duration.ofSeconds(30);

    /** Objects of a list's page: the size that kubectl asks for. */
    private static final int PAGE = 500;

    /** Of metadata alone, 1 to 2 KiB for each object. */
    private static final int BARE_PAGE = 1_000;

    /** Of one list: five times the largest stack. */
    private static final int MAX_OBJECTS = 50_000;

    private static final String JSON = "application/json";

    private static final Json.Obj SENT_NOTHING = Json.object().build();

    private final ApiServer server;
    private final Optional<String> as;

    ClusterApi(ApiServer server, Optional<String> as) {
        this.server = server;
        this.as = as;
    }

    /**
     * The same cluster, as another user.
     *
     * @param serviceAccount empty: as the agent itself
     */
    ClusterApi as(String namespace, Optional<String> serviceAccount) {
        return new ClusterApi(server, serviceAccount.map(name -> "system:serviceaccount:" + namespace + ":" + name));
    }

    /** Who the calls are made as; empty: the agent itself. */
    Optional<String> user() {
        return as;
    }

    /** @return empty where there is none */
    Optional<Json.Obj> find(String path, String what) {
        Answer answer = server.call(new Call("GET", path, JSON, "", "", as, READ_LIMIT));
        if (answer.status() == 404) {
            return Optional.empty();
        }
        return Optional.of(read(answer, what));
    }

    Json.Obj get(String path, String what) {
        return read(server.call(new Call("GET", path, JSON, "", "", as, READ_LIMIT)), what);
    }

    Optional<Json.Obj> find(Kind kind, ObjectName key) {
        return find(kind.path(key.namespace(), key.name()), "get " + key);
    }

    /**
     * All of a list, page by page.
     *
     * @param query such as {@code labelSelector=…}, already encoded; empty: none
     * @param bare  only their metadata
     */
    List<Json.Obj> list(String path, String query, boolean bare, String what) {
        List<Json.Obj> all = new ArrayList<>();
        each(path, query, bare, what, all::add);
        return all;
    }

    /** As {@link #list}, one by one: of a long list no more than a page is held. @return its {@code resourceVersion} */
    String each(String path, String query, boolean bare, String what, Consumer<Json.Obj> each) {
        String accept = bare ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" : JSON;
        int size = bare ? BARE_PAGE : PAGE;
        String next = "";
        for (int page = 0; page < MAX_OBJECTS / size; page++) {
            String paged = path + "?limit=" + size + (query.isEmpty() ? "" : "&" + query)
                    + (next.isEmpty() ? "" : "&continue=" + Kind.segment(next));
            Answer answer = server.call(new Call("GET", paged, accept, "", "", as, READ_LIMIT));
            Json.Obj list = read(answer, what, SENT_NOTHING, body -> ListPage.read(body, each));
            next = Fields.text(list, "metadata", "continue");
            if (next.isEmpty()) {
                return Fields.text(list, "metadata", "resourceVersion");
            }
        }
        throw new RuntimeUnavailable(
                RuntimeReason.RUNTIME_ERROR, what + ": more than " + MAX_OBJECTS + " objects", null);
    }

    /**
     * Watches a list from a version of it on, by metadata alone.
     *
     * @param path   with the query of a watch
     * @param length after which the server ends it
     */
    ApiServer.Following watch(String path, Duration length, ApiServer.Follower follower) {
        String accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
        return server.follow(new Call("GET", path, accept, "", "", as, length.plus(READ_LIMIT)), follower);
    }

    /**
     * Tries to make an object by a dry run of its apply.
     *
     * @return false: there is one by that name
     */
    boolean wouldMake(Kind kind, ObjectName key, Json.Obj object) {
        Answer answer = server.call(applying(kind, key, object, Force.YES, true));
        read(answer, "try " + key, object, body -> SENT_NOTHING); // an error is one; what it would be does not matter
        return answer.status() == 201;
    }

    /** Server-side apply: what of it is ours is exactly what the object says. @return the object as it is, or would be, afterwards */
    Json.Obj apply(Kind kind, ObjectName key, Json.Obj object, Force force, boolean dryRun) {
        return read(
                server.call(applying(kind, key, object, force, dryRun)),
                (dryRun ? "try " : "apply ") + key,
                object,
                JsonReader::object);
    }

    private Call applying(Kind kind, ObjectName key, Json.Obj object, Force force, boolean dryRun) {
        String query = "?fieldManager=" + MANAGER + "&force=" + (force == Force.YES) + (dryRun ? "&dryRun=All" : "");
        return new Call(
                "PATCH",
                kind.path(key.namespace(), key.name()) + query,
                JSON,
                "application/apply-patch+yaml", // JSON is YAML
                JsonWriter.compact(object),
                as,
                WRITE_LIMIT);
    }

    /** Whether fields that others own are taken from them. */
    enum Force {
        YES,
        NO
    }

    /** What the object would be after a patch by RFC 6902. */
    Json.Obj tryPatch(Kind kind, ObjectName key, Json.Arr patch) {
        return patch(kind, key, patch, "&dryRun=All");
    }

    /** Patches an object by RFC 6902. */
    Json.Obj patch(Kind kind, ObjectName key, Json.Arr patch) {
        return patch(kind, key, patch, "");
    }

    private Json.Obj patch(Kind kind, ObjectName key, Json.Arr patch, String query) {
        Call call = new Call(
                "PATCH",
                kind.path(key.namespace(), key.name()) + "?fieldManager=" + MANAGER + query,
                JSON,
                "application/json-patch+json",
                JsonWriter.compact(patch),
                as,
                WRITE_LIMIT);
        return read(server.call(call), "patch " + key);
    }

    /** Puts an object back whole. */
    Json.Obj replace(Kind kind, ObjectName key, Json.Obj object) {
        return read(
                server.call(new Call(
                        "PUT",
                        kind.path(key.namespace(), key.name()),
                        JSON,
                        JSON,
                        JsonWriter.compact(object),
                        as,
                        WRITE_LIMIT)),
                "replace " + key,
                object,
                JsonReader::object);
    }

    /**
     * Deletes that very object, and what it controls in the background; the same name made anew in between stays.
     *
     * @param uid of the object that was looked at
     */
    void delete(Kind kind, ObjectName key, String uid) {
        Json.Obj options = Json.object()
                .put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .put("propagationPolicy", "Background")
                .put("preconditions", Json.object().put("uid", uid).build())
                .build();
        Answer answer = server.call(new Call(
                "DELETE",
                kind.path(key.namespace(), key.name()),
                JSON,
                JSON,
                JsonWriter.compact(options),
                as,
                WRITE_LIMIT));
        if (answer.status() != 404 && answer.status() != 409) { // gone, or another one by that name
            read(answer, "delete " + key);
        }
    }

    /**
     * How much of a log.
     *
     * @param previous of the container's run before the present one
     */
    record LogEnd(int lines, int bytes, boolean previous) {}

    /** The end of a container's log. @return empty where the container has none */
    Optional<String> log(ObjectName pod, String container, LogEnd end) {
        String path = "/api/v1/namespaces/" + Kind.segment(pod.namespace()) + "/pods/" + Kind.segment(pod.name())
                + "/log?container=" + Kind.segment(container) + "&tailLines=" + end.lines()
                + "&limitBytes=" + end.bytes() + (end.previous() ? "&previous=true" : "");
        Answer answer = server.call(new Call("GET", path, "*/*", "", "", as, READ_LIMIT));
        return answer.status() == 200 ? Optional.of(new String(answer.body(), UTF_8)) : Optional.empty();
    }

    private static Json.Obj read(Answer answer, String what) {
        return read(answer, what, SENT_NOTHING, JsonReader::object);
    }

    /** @param sent what a refusal may quote: values of a Secret are taken out */
    private static Json.Obj read(Answer answer, String what, Json.Obj sent, Function<byte[], Json.Obj> reader) {
        if (answer.status() >= 400) {
            throw new ApiException(answer, what, SecretWords.of(List.of(sent)));
        }
        try {
            return reader.apply(answer.body());
        } catch (JsonException e) {
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_ERROR, what + ": the answer is no object: " + e.getMessage(), e);
        }
    }
}
