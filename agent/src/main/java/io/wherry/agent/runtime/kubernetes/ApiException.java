package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.SecretMask;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API server answered with an error: its status, its own words, and what they come to. */
final class ApiException extends RuntimeException {
    private static final String TOO_LARGE = "request is too large";

    /** Of the server's words: an admission's sentence with its causes fits, a whole schema does not. */
    private static final int MAX_WORDS = 1_000;

    /** Each kind words it in its own way. */
    private static final Pattern IMMUTABLE = Pattern.compile(
            "immutable|updates to .* are forbidden|updates may not change|may not change once set|cannot change roleRef|Forbidden: updates to",
            Pattern.DOTALL);

    private static final Pattern WEBHOOK = Pattern.compile("failed calling webhook \"([^\"]+)\"");

    private final int status;
    private final String words;
    private final String reason;
    private final List<Json.Obj> causes;

    /**
     * @param what was asked of which object, such as {@code apply Deployment.apps/shop/web}
     */
    ApiException(ApiServer.Answer answer, String what) {
        this(answer, what, SecretMask.of(List.of()));
    }

    /** @param mask takes what may be quoted of a Secret out of the server's words */
    ApiException(ApiServer.Answer answer, String what, SecretMask mask) {
        this(answer.status(), (Json.Obj) masked(details(answer), mask), what);
    }

    private static Json masked(Json value, SecretMask mask) {
        return switch (value) {
            case Json.Str(String text) -> new Json.Str(mask.over(text));
            case Json.Arr(List<Json> items) ->
                new Json.Arr(items.stream().map(item -> masked(item, mask)).toList());
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                SequencedMap<String, Json> all = new LinkedHashMap<>();
                fields.forEach((key, field) -> all.put(key, masked(field, mask)));
                yield new Json.Obj(all);
            }
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
        };
    }

    private ApiException(int status, Json.Obj details, String what) {
        super(what + ": " + sentence(status, brief(ServerWords.shortened(Fields.text(details, "message")))));
        this.status = status;
        this.words = Fields.text(details, "message");
        this.reason = Fields.text(details, "reason");
        this.causes = Fields.objects(details, "details", "causes");
    }

    private ApiException(ApiException known, String about) {
        super(about + ": " + known.getMessage(), known);
        this.status = known.status;
        this.words = known.words;
        this.reason = known.reason;
        this.causes = known.causes;
    }

    /** The same with words before it, for whoever does not know the object that was asked for. */
    ApiException about(String what) {
        return new ApiException(this, what);
    }

    private static Json.Obj details(ApiServer.Answer answer) {
        try {
            return JsonReader.object(answer.body());
        } catch (JsonException e) { // not the API server's own: a proxy between, or one that broke off
            return Json.object()
                    .put("message", new String(answer.body(), UTF_8).strip())
                    .build();
        }
    }

    private static String brief(String words) {
        String line = words.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS) + "…";
    }

    int status() {
        return status;
    }

    boolean missing() {
        return status == 404;
    }

    /** Which field managers own which of the fields that were to be applied. */
    List<Json.Obj> fieldConflicts() {
        return causes.stream()
                .filter(cause -> Fields.text(cause, "reason").equals("FieldManagerConflict"))
                .toList();
    }

    /** Whether something that it refers to is not there: an account, a role, the service of a webhook. */
    boolean refersToMissing() {
        return words.contains("not found");
    }

    /** Whether the object changed between the look that the call names and the call. */
    boolean outdated() {
        return status == 409 && reason.equals("Conflict") && fieldConflicts().isEmpty();
    }

    boolean immutable() {
        return status == 422 && IMMUTABLE.matcher(words).find();
    }

    /** Whether the words concern this content alone: the same content would be refused again, at any time. */
    boolean isVerdict() {
        return switch (reason()) {
            case ADMISSION_DENIED, FIELD_IMMUTABLE, NAME_TAKEN, EXTERNAL_MISSING, KIND_UNKNOWN, REFUSED_BY_RUNTIME ->
                true;
            default -> false;
        };
    }

    /** One status stands for many causes, so the server's words decide where it does not. */
    RuntimeReason reason() {
        if (words.contains("denied the request") || words.contains("denied request")) {
            return RuntimeReason.ADMISSION_DENIED;
        }
        if (words.contains("database space exceeded")) {
            return RuntimeReason.RUNTIME_ERROR; // whatever its status
        }
        if (words.contains(TOO_LARGE)) {
            // a 500 of the store, to which a dry run does not come; no time makes the object smaller
            return RuntimeReason.REFUSED_BY_RUNTIME;
        }
        if (words.contains("field not declared in schema")
                || words.contains("failed to create typed patch object")
                || words.contains("unable to convert unstructured object")) {
            return RuntimeReason.REFUSED_BY_RUNTIME; // a 500, although the object is at fault
        }
        return switch (status) {
            case 403 -> forbidden();
            case 404 -> words.startsWith("namespaces \"") ? RuntimeReason.EXTERNAL_MISSING : RuntimeReason.KIND_UNKNOWN;
            case 409 -> fieldConflicts().isEmpty() ? RuntimeReason.RUNTIME_ERROR : RuntimeReason.NAME_TAKEN;
            case 422 -> immutable() ? RuntimeReason.FIELD_IMMUTABLE : RuntimeReason.REFUSED_BY_RUNTIME;
            case 429 -> RuntimeReason.API_BUSY;
            default -> status >= 500 ? RuntimeReason.RUNTIME_ERROR : RuntimeReason.REFUSED_BY_RUNTIME;
        };
    }

    private RuntimeReason forbidden() {
        if (words.contains("exceeded quota")) {
            return RuntimeReason.QUOTA_EXCEEDED;
        }
        if (words.contains("being terminated") || isYetToCome(words)) {
            return RuntimeReason.RUNTIME_ERROR;
        }
        return Forbidden.sentence(words).isPresent() ? RuntimeReason.RUNTIME_FORBIDDEN : RuntimeReason.ADMISSION_DENIED;
    }

    /** What the cluster's controllers do in the first moments of a namespace or a quota: no verdict on what is applied. */
    private static boolean isYetToCome(String words) {
        return words.contains("status unknown for quota") || words.contains("serviceaccount \"default\" not found");
    }

    private static String sentence(int status, String words) {
        return (status == 403 ? Forbidden.sentence(words) : Optional.<String>empty())
                .orElseGet(() -> status + " " + (words.isEmpty() ? "without a message" : words) + cure(status, words));
    }

    private static String cure(int status, String words) {
        if (words.contains("exceeded quota")) {
            return ". Raise the ResourceQuota, or free what it counts: it is tried again";
        }
        if (words.contains("failed calling webhook")) {
            return webhook(words);
        }
        if (words.contains("database space exceeded")) {
            return ". The cluster's store (etcd) is full and takes no writes: its administrator makes room (etcdctl compact, defrag, then alarm disarm) or raises"
                    + " --quota-backend-bytes. What runs goes on, and it is tried again";
        }
        if (words.contains(TOO_LARGE)) {
            return ". The cluster's store takes objects of up to 1.5 MiB: make it smaller, or several of it";
        }
        if (words.contains("being terminated")) {
            return ". It is tried again; what holds it: kubectl get namespace NAME -o yaml";
        }
        if (status == 403 && isYetToCome(words)) {
            return ". The cluster's controllers have not come to it yet: it is tried again";
        }
        if (words.contains("HTTP request to an HTTPS server")) {
            return ". The cluster's server in the kubeconfig must begin with https://";
        }
        return status == 429 ? ". The API server is busy: it is tried again" : "";
    }

    /** It says no call by name alone if its failurePolicy is Fail; with Ignore the API server would have gone on without it. */
    private static String webhook(String words) {
        Matcher name = WEBHOOK.matcher(words);
        String which = name.find() ? " " + name.group(1) : "";
        return ". The admission webhook" + which
                + " does not answer, and its failurePolicy is Fail: nothing that it looks at can be changed until it does."
                + " Does its Service have ready pods? See: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations";
    }
}
