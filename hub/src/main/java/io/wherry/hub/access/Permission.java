package io.wherry.hub.access;

import java.util.List;
import java.util.Set;

/**
 * Who may call a route.
 *
 * @param verb  the HTTP method
 * @param route path with {@code {name}} for one segment, below {@code /api/v1}
 */
public record Permission(String verb, String route, Set<Role> roles) {
    public Permission {
        roles = Set.copyOf(roles);
    }

    boolean matches(String calledVerb, String path) {
        if (!verb.equals(calledVerb)) {
            return false;
        }
        List<String> wanted = List.of(route.split("/", -1));
        List<String> got = List.of(path.split("/", -1));
        if (wanted.size() != got.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            boolean free = wanted.get(i).startsWith("{");
            if (free ? got.get(i).isEmpty() : !wanted.get(i).equals(got.get(i))) {
                return false;
            }
        }
        return true;
    }
}
