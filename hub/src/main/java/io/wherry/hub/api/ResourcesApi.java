package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Page;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.resource.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reading and deleting what was declared: the same for every kind. */
final class ResourcesApi {
    /** A flag of stacks: what is said of each agent is left out. */
    private static final String BRIEF = "brief";

    private final Database db;
    private final ResourceRepository resources;
    private final Statuses statuses;
    private final Deletion deletion;
    private final Runnable changed;

    /** The status of objects, as of now. */
    interface Statuses {
        Json.Obj of(Stored<? extends Resource> stored);

        /** Of each of one kind, in their order. */
        List<Json.Obj> of(List<Stored<Resource>> page);

        /** Without what each of its agents says: of ten thousand that is twelve megabytes. */
        Json.Obj brief(Stored<? extends Resource> stack);
    }

    ResourcesApi(Database db, ResourceRepository resources, Statuses statuses, Deletion deletion, Runnable changed) {
        this.db = db;
        this.resources = resources;
        this.statuses = statuses;
        this.deletion = deletion;
        this.changed = changed;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (ResourceKind kind : ResourceKind.values()) {
            String path = "/" + kind.plural();
            List<Field> one = kind == ResourceKind.STACK ? List.of(Field.flag(BRIEF)) : List.of();
            List<Field> page = new ArrayList<>(one);
            page.addAll(List.of(Field.text("selector"), Field.number("limit"), Field.text("continue")));
            routes.add(Route.of("GET", path, "A page of " + kind.plural(), request -> list(kind, request))
                    .query(page.toArray(Field[]::new)));
            routes.add(Route.answering(
                            "GET",
                            path + "/{name}",
                            "One " + kind.word() + ", with its status",
                            request -> get(kind, request))
                    .query(one.toArray(Field[]::new)));
            if (kind != ResourceKind.AGENT) { // an agent ends by retire, which also revokes its certificate
                Route delete = Route.of(
                                "DELETE",
                                path + "/{name}",
                                "Delete one " + kind.word(),
                                request -> delete(kind, request))
                        .conditional();
                routes.add(kind == ResourceKind.STACK ? delete.query(Field.flag("deleteVolumes")) : delete);
            }
        }
        return routes;
    }

    private Json.Obj list(ResourceKind kind, ApiRequest request) {
        Selector selector =
                Bodies.tried(() -> request.find("selector").map(Selector::parse).orElse(Selector.ALL));
        Page<Stored<Resource>> page =
                Bodies.tried(() -> resources.list(kind, selector, request.limit(), request.find("continue")));
        List<Json.Obj> told =
                request.flag(BRIEF) ? page.items().stream().map(statuses::brief).toList() : statuses.of(page.items());
        List<Json> items = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            items.add(json(page.items().get(i), told.get(i)));
        }
        return Json.object()
                .put("items", new Json.Arr(items))
                .putIf("continue", page.next())
                .build();
    }

    private Answer get(ResourceKind kind, ApiRequest request) {
        Stored<Resource> stored = find(kind, request.name());
        Json.Obj status = request.flag(BRIEF) ? statuses.brief(stored) : statuses.of(stored);
        return Answer.json(json(stored, status), stored.resourceVersion());
    }

    private static Json.Obj json(Stored<Resource> stored, Json.Obj status) {
        Json.Builder json = Json.object();
        stored.toJson().fields().forEach(json::put);
        return json.put("status", status).build();
    }

    private Json.Obj delete(ResourceKind kind, ApiRequest request) {
        Stored<Resource> stored = find(kind, request.name());
        String action = deletion.delete(request, stored, request.flag("deleteVolumes"), request.conditions());
        changed.run();
        return Json.object().put("action", action).build();
    }

    private Stored<Resource> find(ResourceKind kind, String name) {
        Optional<Stored<Resource>> found = db.read(handle -> resources.find(handle, kind, name));
        return found.orElseThrow(() -> Bodies.missing(
                kind.word().toLowerCase(java.util.Locale.ROOT),
                name,
                resources.list(kind, Selector.ALL, Page.MAX_LIMIT, Optional.empty()).items().stream()
                        .map(Stored::name)
                        .toList()));
    }
}
