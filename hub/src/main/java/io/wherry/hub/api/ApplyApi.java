package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.json.Json;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Put;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceReason;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.ResourceYaml.Placed;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** {@code apply} and {@code diff}: all documents of a request take effect, or none. */
final class ApplyApi {
    private static final String GET_AGAIN =
            "get it again and repeat the change, or take metadata.resourceVersion out to apply the file as it is";

    private final Database db;
    private final ResourceRepository resources;
    private final Audited audited;
    private final Deletion deletion;
    private final Runnable changed;

    /** @param changed told after something was stored: the syncing looks at it */
    ApplyApi(Database db, ResourceRepository resources, Audited audited, Deletion deletion, Runnable changed) {
        this.db = db;
        this.resources = resources;
        this.audited = audited;
        this.deletion = deletion;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/apply", "Create or change objects: all documents of a request, or none", this::apply)
                        .query(Field.flag("dryRun"), Field.flag("prune"), Field.text("set"))
                        .body(Field.files("files").must())
                        .conditional(),
                Route.of("POST", "/diff", "What apply would change, field by field", this::diff)
                        .body(Field.files("files").must()));
    }

    private Json.Obj apply(ApiRequest request) {
        boolean dry = request.flag("dryRun");
        List<Json> results = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (Result result : run(request, dry)) {
            results.add(result.summary());
            result.warning().ifPresent(warnings::add);
        }
        if (!dry) {
            changed.run();
        }
        return Json.object()
                .put("results", new Json.Arr(results))
                .put("warnings", warnings)
                .build();
    }

    private Json.Obj diff(ApiRequest request) {
        List<Json> results = new ArrayList<>();
        run(request, true).forEach(result -> results.add(result.detailed()));
        return Json.object().put("results", new Json.Arr(results)).build();
    }

    /** @param warning why what was only asked for would be refused */
    private record Result(Resource resource, String action, Optional<Resource> before, Optional<String> warning) {
        Result(Resource resource, String action, Optional<Resource> before) {
            this(resource, action, before, Optional.empty());
        }

        Result warned(Optional<String> of) {
            return new Result(resource, action, before, of);
        }

        Json.Obj summary() {
            return Json.object()
                    .put("kind", resource.kind().word())
                    .put("name", resource.name())
                    .put("action", action)
                    .build();
        }

        Json.Obj detailed() {
            List<Json> changes = FieldChanges.between(before.map(Resource::toJson), resource.toJson());
            return Json.object()
                    .put("kind", resource.kind().word())
                    .put("name", resource.name())
                    .put("action", action)
                    .put("changes", new Json.Arr(changes))
                    .build();
        }
    }

    /** Ends a transaction that was only asked what it would do. */
    private static final class DryRun extends RuntimeException {
        private final transient List<Result> results;

        DryRun(List<Result> results) {
            super("dry run", null, false, false);
            this.results = results;
        }
    }

    private List<Result> run(ApiRequest request, boolean dry) {
        List<Placed> wanted = parse(request);
        try {
            List<Result> stored = db.write(handle -> {
                List<Result> results = store(handle, request, wanted, dry);
                if (dry) {
                    throw new DryRun(results);
                }
                return results;
            });
            stored.stream()
                    .filter(result -> result.action().equals("pruned"))
                    .forEach(result -> prune(request, result.resource()));
            return stored;
        } catch (DryRun asked) {
            return asked.results;
        } catch (Administrators.Missing missing) {
            audited.denied(request, missing.action(), missing.object());
            throw missing.problem();
        }
    }

    /** After the others: a stack's removal is a change of many sites, recorded and offered on its own. */
    private void prune(ApiRequest request, Resource resource) {
        db.read(handle -> resources.find(handle, resource.kind(), resource.name()))
                .ifPresent(stored -> deletion.delete(request, stored, false, Conditions.NONE));
    }

    private List<Result> store(Handle handle, ApiRequest request, List<Placed> wanted, boolean dry) {
        boolean prune = request.flag("prune");
        if (!request.conditions().none() && wanted.size() != 1) {
            throw Bodies.bad("If-Match: with " + wanted.size() + " documents (expected: with one)");
        }
        String set = request.find("set").orElse(request.principal().name());
        if (set.equals(ConfigurationSpec.SOURCE)) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "set " + set + " is of what the configuration repository declares",
                    "choose another one (--set NAME)");
        }
        List<Result> results = new ArrayList<>();
        for (Placed placed : wanted) {
            Resource resource = placed.resource();
            if (resource instanceof Agent
                    && resources.find(handle, Agent.class, resource.name()).isEmpty()) {
                throw new ApiException(
                        409,
                        ApiReason.CONFLICT,
                        "agent " + resource.name()
                                + " has not joined: an agent is made by joining, apply changes its labels and variables",
                        "wherry token create, and at the site: wherry-agent join --token-file FILE --name "
                                + resource.name());
            }
            Optional<Stored<Resource>> before = resources.find(handle, resource.kind(), resource.name());
            request.conditions().require(object(resource), before);
            Optional<String> stale = stale(placed, before);
            if (!dry && stale.isPresent()) {
                throw new ApiException(409, ResourceReason.CHANGED_MEANWHILE, stale.get(), GET_AGAIN);
            }
            Result result = result(put(handle, resource, before, set, dry), resource)
                    .warned(dry ? Owned.warning(before, resource).or(() -> stale) : Optional.empty());
            results.add(result);
            if (!result.action().equals("unchanged")) {
                if (!dry) {
                    requireAdministrator(request, result, result.action().equals("created") ? "create" : "change");
                }
                write(handle, request, result);
            }
        }
        if (prune) {
            List<Result> pruned = toPrune(handle, wanted, set);
            refuseWhatIsNeeded(handle, pruned);
            if (!dry) {
                pruned.forEach(result -> requireAdministrator(request, result, "delete"));
            }
            results.addAll(pruned);
        }
        return results;
    }

    /** What a person printed, edited and applies must not undo what another has changed since: the file itself names what it was made of. */
    private static Optional<String> stale(Placed placed, Optional<Stored<Resource>> before) {
        return before.filter(
                        now -> placed.version().isPresent() && placed.version().get() != now.resourceVersion())
                .filter(now -> !now.resource().equals(placed.resource()))
                .map(now -> object(placed.resource()) + " was changed since "
                        + placed.at().file()
                        + " was printed: it is at resourceVersion " + now.resourceVersion() + ", the file at "
                        + placed.version().get());
    }

    /** A policy binds those who apply the rest. */
    private static void requireAdministrator(ApiRequest request, Result result, String action) {
        if (result.resource() instanceof Policy) {
            Administrators.require(request, action, object(result.resource()));
        }
    }

    private void write(Handle handle, ApiRequest request, Result result) {
        String action = result.action().equals("created") ? "create" : "change";
        String object = object(result.resource());
        if (result.resource() instanceof Policy policy) {
            audited.changed(
                    handle, request, action, object, result.before().map(Resource::spec), Optional.of(policy.spec()));
        } else {
            audited.done(handle, request, action, object);
        }
    }

    /** What is only asked for is told of what has an owner too. */
    private Put put(Handle handle, Resource resource, Optional<Stored<Resource>> before, String set, boolean dry) {
        return before.flatMap(Stored::owner)
                .filter(_ -> dry)
                .map(owner -> resources.putOwned(handle, resource, owner, Optional.empty()))
                .orElseGet(() -> resources.put(handle, resource, Optional.empty(), Optional.of(set)));
    }

    /** What was applied with the same set before and is in no document now. Agents are never pruned: they end by retire. */
    private List<Result> toPrune(Handle handle, List<Placed> wanted, String set) {
        Set<String> kept = new HashSet<>();
        wanted.forEach(placed -> kept.add(object(placed.resource())));
        List<Resource> pruned = resources.inSet(handle, set).stream()
                .filter(stored -> stored.deleting().isEmpty())
                .map(Stored::resource)
                .filter(resource -> !kept.contains(object(resource)) && !(resource instanceof Agent))
                .toList();
        InUse use = new InUse(handle, resources);
        pruned.forEach(resource -> use.refuse(resource, pruned)); // now, while all of it can still be undone
        return pruned.stream()
                .map(resource -> new Result(resource, "pruned", Optional.of(resource)))
                .toList();
    }

    /** What stays must not be left without what it needs. Looked at before anything goes: all or nothing. */
    private void refuseWhatIsNeeded(Handle handle, List<Result> pruned) {
        Set<String> going = new HashSet<>();
        pruned.forEach(result -> going.add(object(result.resource())));
        for (Stored<Stack> stored : resources.all(handle, Stack.class)) {
            Stack stack = stored.resource();
            if (going.contains(object(stack)) || stored.deleting().isPresent()) {
                continue;
            }
            Stream.concat(
                            stack.sources().stream().map(name -> "Source/" + name),
                            stack.apply().dependsOn().stream().map(name -> "Stack/" + name))
                    .filter(going::contains)
                    .findFirst()
                    .ifPresent(needed -> {
                        throw new ApiException(
                                409,
                                ApiReason.CONFLICT,
                                needed + " cannot be pruned: stack " + stack.name() + ", which stays, needs it",
                                "keep it in the files, or delete stack " + stack.name() + " first");
                    });
        }
    }

    private static Result result(Put put, Resource resource) {
        return switch (put) {
            case Put.Created created -> new Result(resource, "created", Optional.empty());
            case Put.Changed(var before, var now) -> new Result(resource, "configured", Optional.of(before.resource()));
            case Put.Unchanged unchanged -> new Result(resource, "unchanged", Optional.of(resource));
            case Put.Conflict(ResourceReason reason, String detail)
            when reason == ResourceReason.OWNED_BY_CONFIGURATION -> throw Owned.refusal(resource, detail, false);
            case Put.Conflict(ResourceReason reason, String detail) ->
                throw new ApiException(
                        409, reason, object(resource) + ": " + detail, "look at it (wherry describe) and apply again");
            case Put.Refused(ResourceReason reason, String detail) ->
                throw new ApiException(
                        422, reason, object(resource) + ": " + detail, "take one of them out of a dependsOn");
        };
    }

    private static String object(Resource resource) {
        return resource.kind().word() + "/" + resource.name();
    }

    private static List<Placed> parse(ApiRequest request) {
        List<Placed> wanted = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Json.Obj file : request.body().objects("files")) {
            try {
                wanted.addAll(ResourceYaml.parsePlaced(
                        Bodies.text(file, "name"), file.string("content").getBytes(UTF_8)));
            } catch (YamlException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ApiException(
                    422,
                    ApiReason.INVALID,
                    problems.size() + (problems.size() == 1 ? " problem" : " problems") + "; nothing was changed",
                    "",
                    problems.stream().map(Problem::toString).toList());
        }
        Set<String> seen = new HashSet<>();
        for (Placed placed : wanted) {
            if (!seen.add(object(placed.resource()))) {
                throw new ApiException(
                        422,
                        ApiReason.INVALID,
                        object(placed.resource()) + " is declared twice; nothing was changed",
                        "keep one");
            }
        }
        if (wanted.isEmpty() && (!request.flag("prune") || blank(request))) {
            throw new ApiException(
                    422,
                    ApiReason.INVALID,
                    "no object in " + names(request) + "; nothing was changed",
                    "is that the right file? To delete objects: wherry delete");
        }
        return wanted;
    }

    /** What a generator that failed leaves, and with prune it would be the end of the whole set. A comment alone says that nothing shall be there. */
    private static boolean blank(ApiRequest request) {
        return request.body().objects("files").stream()
                .allMatch(file -> file.string("content").isBlank());
    }

    private static String names(ApiRequest request) {
        List<Json.Obj> files = request.body().objects("files");
        return files.size() == 1 ? files.getFirst().string("name") : "the " + files.size() + " files";
    }
}
