package io.wherry.hub.sync;

import io.wherry.contract.Limits;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import io.wherry.hub.vault.Credential;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** The same content with the secrets that its model asks for, or what is wrong with the first that cannot be had. */
    TargetContent supplied(String stack, Ready ready) {
        SortedMap<String, String> asked = ready.bundle().secrets();
        if (asked.size() > Limits.SEALED_SECRETS) {
            return kept(asked.size() + " external secrets (at most " + Limits.SEALED_SECRETS + " in a stack)");
        }
        SortedMap<String, SecretRef> secrets = new TreeMap<>();
        for (Map.Entry<String, String> one : asked.entrySet()) {
            String credential = one.getValue();
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
            secrets.put(
                    one.getKey(),
                    new SecretRef(
                            credential,
                            known.whom().uid(),
                            known.version(),
                            known.whom().size()));
        }
        return ready.with(secrets);
    }

    private static Kept kept(String detail) {
        return new Kept(SyncReason.SECRET_UNAVAILABLE, detail);
    }
}
