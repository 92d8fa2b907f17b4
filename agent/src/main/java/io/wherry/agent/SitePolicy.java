package io.wherry.agent;

import io.wherry.agent.reconcile.Site;
import io.wherry.contract.json.Json;
import io.wherry.contract.policy.ComposePolicy;
import io.wherry.contract.policy.ModelPolicy;
import io.wherry.contract.policy.Violation;
import io.wherry.contract.policy.WorkloadPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The site's policy on this host: links are followed, as the engine would follow them. */
final class SitePolicy implements Site.Policy {
    private final WorkloadPolicy policy;
    private final ComposePolicy.Site site;

    SitePolicy(AgentConfig config, Path stateFolder) {
        this.policy = config.policy();
        this.site = new ComposePolicy.Site(
                real(stateFolder.toAbsolutePath().toString()),
                real(URI.create(config.site().docker().host()).getPath()),
                SitePolicy::real);
    }

    @Override
    public Optional<Violation> objection(Json.Obj model) {
        return ModelPolicy.violations(policy, model, site).stream().findFirst();
    }

    /** The part that exists with its links followed, and what does not exist yet below it. */
    private static String real(String path) {
        Path whole = Path.of(path).normalize();
        Path part = whole;
        while (part.getParent() != null && !Files.exists(part)) {
            part = part.getParent();
        }
        try {
            return part.toRealPath().resolve(part.relativize(whole)).normalize().toString();
        } catch (IOException e) {
            return whole.toString(); // gone in the same moment, or not to be looked into: judged as it is written
        }
    }
}
