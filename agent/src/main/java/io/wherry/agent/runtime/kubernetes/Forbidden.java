package io.wherry.agent.runtime.kubernetes;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What RBAC refused, in words that an administrator of the cluster can act on. */
final class Forbidden {
    private static final String ACCOUNT = "system:serviceaccount:";

    /** As RBAC words it, for a namespace or for the whole cluster. */
    private static final Pattern RESOURCE = Pattern.compile(
            "User \"([^\"]+)\" cannot (\\w+) resource \"([^\"]+)\" in API group \"([^\"]*)\"(?: in the namespace \"([^\"]+)\")?",
            Pattern.DOTALL);

    private static final Pattern PATH =
            Pattern.compile("User \"([^\"]+)\" cannot (\\w+) path \"([^\"]+)\"", Pattern.DOTALL);

    private static final Pattern ESCALATION =
            Pattern.compile("user \"([^\"]+)\".* is attempting to grant RBAC permissions", Pattern.DOTALL);

    private Forbidden() {}

    /**
     * @param words of an answer with status 403
     * @return empty where it was not RBAC that refused
     */
    static Optional<String> sentence(String words) {
        Matcher resource = RESOURCE.matcher(words);
        if (resource.find()) {
            return Optional.of(resource(resource));
        }
        Matcher path = PATH.matcher(words);
        if (path.find()) {
            return Optional.of(path.group(1) + " may not " + path.group(2) + " " + path.group(3)
                    + ". Let an administrator of the cluster add the rule {nonResourceURLs: [\"" + path.group(3)
                    + "\"], verbs: [\"" + path.group(2) + "\"]} to a ClusterRole of it");
        }
        return words.contains("attempting to grant RBAC permissions")
                ? Optional.of(escalation(words))
                : Optional.empty();
    }

    private static String resource(Matcher found) {
        String user = found.group(1);
        String verb = found.group(2);
        String resource = found.group(3);
        String group = found.group(4);
        Optional<String> namespace = Optional.ofNullable(found.group(5));
        return user + " may not " + verb + " " + resource
                + namespace.map(name -> " in namespace " + name).orElse(" of the whole cluster")
                + ". Let an administrator of the cluster add the rule {apiGroups: [\"" + group + "\"], resources: [\""
                + resource + "\"], verbs: [\"" + verb + "\"]} to a "
                + (namespace.isPresent() ? "Role" : "ClusterRole") + " of it: "
                + commands(user, verb, inGroup(resource, group), namespace);
    }

    /** {@code deployments.apps/scale}: as kubectl takes them. */
    private static String inGroup(String resource, String group) {
        int slash = resource.indexOf('/');
        String plural = slash < 0 ? resource : resource.substring(0, slash);
        return plural + (group.isEmpty() ? "" : "." + group) + (slash < 0 ? "" : resource.substring(slash));
    }

    private static String commands(String user, String verb, String resource, Optional<String> namespace) {
        String name = "wherry-" + verb + "-" + resource.replaceAll("[^a-z0-9]", "-");
        String role = namespace.isPresent() ? "role" : "clusterrole";
        String place = namespace.map(one -> " --namespace=" + one).orElse("");
        return "kubectl create " + role + " " + name + " --verb=" + verb + " --resource=" + resource + place
                + " && kubectl create " + role + "binding " + name + " --" + role + "=" + name + " " + subject(user)
                + place;
    }

    private static String subject(String user) {
        return user.startsWith(ACCOUNT) ? "--serviceaccount=" + user.substring(ACCOUNT.length()) : "--user=" + user;
    }

    /** Nobody may give away by a role what he may not do himself. */
    private static String escalation(String words) {
        Matcher found = ESCALATION.matcher(words);
        String user = found.find() ? found.group(1) : "this user";
        int at = words.indexOf("not currently held:");
        return user + " may not give permissions that it does not have itself"
                + (at < 0
                        ? ""
                        : ": "
                                + words.substring(at + "not currently held:".length())
                                        .strip())
                + ". Let an administrator of the cluster give them to it too, or the verb escalate on roles and bind on what is bound";
    }
}
