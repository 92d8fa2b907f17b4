package io.wherry.hub.sync;

import io.wherry.contract.Limits;
import io.wherry.contract.ModelFormat;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import io.wherry.hub.vault.Credential;
import io.wherry.hub.vault.CredentialValue;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the hub's credentials are at one moment, without their values: which secret of a stack has which. Pure.
 *
 * @param byName every credential; those for hosts too, so that a wrong one can be named as such
 */
record KnownSecrets(Map<String, Known> byName) {
    /** Which one it is, and whom it is for. */
    private record Known(String type, Credential.Whom whom, long version) {}

    static KnownSecrets of(List<Credential> credentials) {
        Map<String, Known> byName = new TreeMap<>();
        credentials.forEach(one -> byName.put(one.name(), new Known(one.type(), one.whom(), one.version())));
        return new KnownSecrets(Map.copyOf(byName));
    }

    /** The same content with the secrets that its model asks for and the logins that its stack names, or what is wrong with the first that cannot be had. */
    TargetContent supplied(Stack stack, Ready ready) {
        // Clusters have their logins as Secrets, which are sealed as all others are.
        boolean asSecrets = ready.bundle().format() == ModelFormat.KUBERNETES;
        return supplied(stack.name(), stack.images().credentials(), asSecrets, ready);
    }

    private TargetContent supplied(String stack, List<String> named, boolean asSecrets, Ready ready) {
        SortedMap<String, String> asked = ready.bundle().secrets();
        if (asked.size() > Limits.SEALED_SECRETS) {
            return kept(asked.size() + " external secrets (at most " + Limits.SEALED_SECRETS + " in a stack)");
        }
        SortedMap<String, SecretRef> secrets = new TreeMap<>();
        for (Map.Entry<String, String> one : asked.entrySet()) {
            String credential = one.getValue();
            if (asSecrets && named.contains(credential)) {
                continue; // judged below, as a login
            }
            String what = "secret " + one.getKey() + ": credential " + credential;
            Known known = byName.get(credential);
            if (known == null) {
                return kept(what + " does not exist (wherry credential create " + credential + " --type secret --stack "
                        + stack + " --value-file FILE)");
            }
            if (!known.type().equals("secret")) {
                return kept(what + " is of type " + known.type() + ", which is sent to "
                        + known.whom().host() + " alone (make one of type secret under another name)");
            }
            if (!known.whom().stacks().contains(stack)) {
                return kept(what + " is for " + String.join(", ", known.whom().stacks()) + " and not for stack " + stack
                        + " (make one for this stack under another name, or delete it and create it anew with --stack "
                        + stack + " too)");
            }
            secrets.put(one.getKey(), ref(credential, known));
        }
        SortedMap<String, SecretRef> logins = new TreeMap<>();
        Set<String> registries = new HashSet<>();
        for (String credential : named) {
            Known known = byName.get(credential);
            Optional<Kept> objection = objection(stack, credential, known);
            if (objection.isPresent() || known == null) {
                return objection.orElseThrow();
            }
            if (!registries.add(known.whom().host())) {
                return kept("images.credentials: " + credential + " is a second one for "
                        + known.whom().host() + " (name one for each registry)");
            }
            if (!asSecrets) {
                logins.put(credential, ref(credential, known));
            } else if (asked.containsKey(credential)) {
                secrets.put(credential, ref(credential, known));
            }
        }
        return ready.with(secrets, logins);
    }

    /** What keeps a stack from showing a credential to its registry. */
    private static Optional<Kept> objection(String stack, String credential, @Nullable Known known) {
        String what = "images.credentials: " + credential;
        if (known == null) {
            return Optional.of(kept(what + " does not exist (wherry credential create " + credential
                    + " --type registry --host HOST --username NAME --stack " + stack + " --value-file FILE)"));
        }
        if (!known.type().equals(CredentialValue.Registry.TYPE)) {
            return Optional.of(kept(what + " is of type " + known.type()
                    + ", which no agent gets for its pulls (make one of type registry under another name)"));
        }
        if (!known.whom().stacks().contains(stack)) {
            return Optional.of(
                    kept(what + " is for " + String.join(", ", known.whom().stacks()) + " and not for stack " + stack
                            + " (make one for this stack under another name, or delete it and create it anew with --stack "
                            + stack + " too)"));
        }
        return Optional.empty();
    }

    private static SecretRef ref(String credential, Known known) {
        return new SecretRef(
                credential, known.whom().uid(), known.version(), known.whom().size());
    }

    private static Kept kept(String detail) {
        return new Kept(SyncReason.SECRET_UNAVAILABLE, detail);
    }
}
