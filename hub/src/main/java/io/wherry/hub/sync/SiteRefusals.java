package io.wherry.hub.sync;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.policy.ComposePolicy;
import io.wherry.contract.policy.ModelPolicy;
import io.wherry.contract.policy.WorkloadPolicy;
import io.wherry.hub.sync.StackPlan.Action;
import java.util.List;

/** What a site's own policy would refuse, as far as it can be told from here: links on the site's disk are not seen. Pure. */
final class SiteRefusals {
    private SiteRefusals() {}

    /** One sentence for each violation of a target that would get something new. */
    static List<String> of(Member member, Action action, Json.Obj model) {
        boolean something = action == Action.CREATE || action == Action.CHANGE;
        if (!something || member.policy().isEmpty()) {
            return List.of();
        }
        try {
            return ModelPolicy.violations(WorkloadPolicy.parse(member.policy()), model, ComposePolicy.Site.UNKNOWN)
                    .stream()
                    .map(violation ->
                            "would be refused by " + member.name() + " (PolicyDenied): " + violation.sentence())
                    .toList();
        } catch (JsonException e) {
            return List.of("the policy of " + member.name() + " is not known here (" + e.getMessage()
                    + "): it may refuse this; update the hub");
        }
    }
}
