package io.wherry.hub.access;

import static io.wherry.hub.access.Role.ADMIN;
import static io.wherry.hub.access.Role.APPROVER;
import static io.wherry.hub.access.Role.OPERATOR;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table of who may call what. A route that is not here cannot be called by anybody. */
public final class Permissions {
    private static final Set<Role> EVERYONE = EnumSet.allOf(Role.class);
    private static final Set<Role> OPERATORS = EnumSet.of(OPERATOR, ADMIN);
    private static final Set<Role> APPROVERS = EnumSet.of(APPROVER, ADMIN);
    private static final Set<Role> ADMINS = EnumSet.of(ADMIN);

    private static final List<Permission> TABLE = table();

    private Permissions() {}

    /** Every entry, for the test that tries each route with each role. */
    public static List<Permission> all() {
        return TABLE;
    }

    static Optional<Permission> find(String verb, String path) {
        return TABLE.stream()
                .filter(permission -> permission.matches(verb, path))
                .findFirst();
    }

    private static List<Permission> table() {
        List<Permission> table = new ArrayList<>();
        allow(table, EVERYONE, "GET", "/whoami", "/version", "/status", "/events", "/roots");
        for (String kind : List.of("sources", "stacks", "agents", "groups", "rolloutpolicies", "policies")) {
            allow(table, EVERYONE, "GET", "/" + kind, "/" + kind + "/{name}");
        }
        allow(
                table,
                OPERATORS,
                "DELETE",
                "/sources/{name}",
                "/stacks/{name}",
                "/groups/{name}",
                "/rolloutpolicies/{name}");
        allow(table, ADMINS, "DELETE", "/policies/{name}");
        allow(table, OPERATORS, "POST", "/apply"); // of policies only by an administrator: ApplyApi
        allow(table, EVERYONE, "POST", "/diff");
        allow(
                table,
                OPERATORS,
                "POST",
                "/sources/{name}/sync",
                "/sources/{name}/suspend",
                "/sources/{name}/resume",
                "/sources/{name}/accept");
        allow(table, EVERYONE, "GET", "/rollouts", "/stacks/{name}/rollouts");
        allow(
                table,
                OPERATORS,
                "POST",
                "/stacks/{name}/rollout/start",
                "/stacks/{name}/rollout/pause",
                "/stacks/{name}/rollout/resume",
                "/stacks/{name}/rollout/promote",
                "/stacks/{name}/rollout/retry",
                "/stacks/{name}/rollout/abort");
        allow(table, EVERYONE, "GET", "/sources/{name}/verify");
        allow(table, EVERYONE, "GET", "/stacks/{name}/plan", "/stacks/{name}/history", "/stacks/{name}/render");
        allow(
                table,
                OPERATORS,
                "POST",
                "/stacks/{name}/sync",
                "/stacks/{name}/rollback",
                "/stacks/{name}/pin",
                "/stacks/{name}/remove",
                "/stacks/{name}/logs");
        allow(table, EVERYONE, "GET", "/stacks/{name}/tree");
        allow(table, EVERYONE, "GET", "/stacks/{name}/approvals");
        allow(table, APPROVERS, "POST", "/stacks/{name}/approvals");
        allow(table, EVERYONE, "GET", "/approvals");
        allow(table, APPROVERS, "POST", "/stacks/{name}/approve", "/stacks/{name}/reject");
        allow(table, APPROVERS, "POST", "/agents/{name}/approve", "/agents/{name}/deny");
        allow(table, OPERATORS, "POST", "/agents/{name}/rename", "/agents/{name}/review", "/agents/{name}/export");
        allow(table, ADMINS, "POST", "/agents/{name}/retire");
        allow(table, OPERATORS, "GET", "/tokens");
        allow(table, OPERATORS, "POST", "/tokens");
        allow(table, OPERATORS, "DELETE", "/tokens/{id}");
        allow(table, OPERATORS, "POST", "/join-requests");
        allow(table, ADMINS, "GET", "/apikeys");
        allow(table, ADMINS, "POST", "/apikeys");
        allow(table, ADMINS, "DELETE", "/apikeys/{name}");
        allow(table, EVERYONE, "GET", "/credentials");
        allow(table, ADMINS, "POST", "/credentials", "/credentials/{name}/rotate");
        allow(table, ADMINS, "DELETE", "/credentials/{name}");
        allow(table, OPERATORS, "POST", "/credentials/{name}/test");
        allow(table, OPERATORS, "POST", "/bundle-files", "/receipts");
        allow(table, EVERYONE, "GET", "/audit", "/audit/export");
        return List.copyOf(table);
    }

    private static void allow(List<Permission> table, Set<Role> roles, String verb, String... routes) {
        for (String route : routes) {
            table.add(new Permission(verb, "/api/v1" + route, roles));
        }
    }
}
