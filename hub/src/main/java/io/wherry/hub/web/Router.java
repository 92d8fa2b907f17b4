package io.wherry.hub.web;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which address is which page. */
final class Router {
    /** First segments of what is served to who is signed in. */
    private static final Set<String> PARTS =
            Set.of("", "stacks", "agents", "sources", "rollouts", "approvals", "events", "audit", "live");

    private final FleetPage fleet;
    private final ApprovalsPage approvals;

    Router(Glance glance) {
        this.fleet = new FleetPage(glance);
        this.approvals = new ApprovalsPage(glance);
    }

    /** Whether a path as it was sent is one of ours, though there may be nothing at it. */
    static boolean serves(String path) {
        return path.startsWith("/")
                && !path.startsWith("//")
                && PARTS.contains(path.substring(1).split("/", 2)[0]);
    }

    /** @throws Refusal if there is no such page, or it cannot be shown */
    Reply.Page get(Visit visit) {
        List<String> path = visit.path();
        return switch (path.size()) {
            case 1 ->
                switch (path.getFirst()) {
                    case "" -> fleet.show(visit);
                    case "stacks" -> StackPages.list(visit);
                    case "agents" -> AgentPages.list(visit);
                    case "sources" -> SourcePages.list(visit);
                    case "rollouts" -> RolloutPages.list(visit);
                    case "approvals" -> approvals.show(visit);
                    case "events" -> RecordPages.events(visit);
                    case "audit" -> RecordPages.audit(visit);
                    default -> throw missing(path);
                };
            case 2 ->
                switch (path.getFirst()) {
                    case "stacks" -> StackPages.one(visit, path.get(1));
                    case "agents" -> AgentPages.one(visit, path.get(1));
                    case "sources" -> SourcePages.one(visit, path.get(1));
                    default -> throw missing(path);
                };
            case 3 -> {
                if (path.getFirst().equals("stacks") && path.get(2).equals("rollout")) {
                    yield RolloutPages.one(visit, path.get(1));
                }
                throw missing(path);
            }
            default -> ActPages.ask(visit, act(path), path.get(1));
        };
    }

    /** What a form sends. */
    Reply post(Visit visit, Form form) {
        return ActPages.done(visit, act(visit.path()), visit.path().get(1), form);
    }

    /** @throws Refusal if the address is not that of an act */
    private static Act act(List<String> path) {
        return Optional.of(path)
                .filter(parts -> parts.size() == 4 && parts.get(2).equals("do"))
                .flatMap(parts -> Act.find(parts.getFirst(), parts.get(3)))
                .orElseThrow(() -> missing(path));
    }

    private static Refusal missing(List<String> path) {
        return Visit.nothingHere("/" + String.join("/", path));
    }
}
