package io.wherry.hub.sync;

import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.policy.Decision.Denied;
import io.wherry.hub.sync.RefusalRepository.Refused;
import io.wherry.hub.sync.RefusalRepository.Which;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Writes into the audit log's stream {@code policy} what policies refuse: once for each stack, rule, set of targets and content, however many turns see it. */
final class PolicyRefusals {
    private final AuditLog audit;
    private final InstantSource clock;

    PolicyRefusals(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** In the transaction of the turn, so that what is kept from a target is recorded with it. */
    void note(Handle handle, StackInput input, PolicyGate.Judged judged, Optional<Origin> origin) {
        Map<Which, Refused> before = RefusalRepository.ofStack(handle, input.id());
        Map<Which, Denied> why = new HashMap<>();
        Map<Which, List<String>> agents = new HashMap<>();
        judged.denied().forEach((member, denied) -> {
            Which which = new Which(denied.policy(), denied.rule());
            why.putIfAbsent(which, denied);
            agents.computeIfAbsent(which, one -> new ArrayList<>()).add(member.name());
        });
        Map<Which, Refused> now = new HashMap<>();
        agents.forEach((which, names) -> now.put(which, new Refused(judged.what(), names)));
        if (now.equals(before)) {
            return;
        }
        RefusalRepository.put(handle, input.id(), now, clock.instant());
        now.forEach((which, refused) -> {
            Denied denied = why.get(which);
            if (denied != null && !refused.equals(before.get(which))) {
                record(handle, input, denied, refused, origin);
            }
        });
    }

    private void record(Handle handle, StackInput input, Denied denied, Refused refused, Optional<Origin> origin) {
        What what = What.refused(
                "stack.offer",
                "Stack/" + input.name(),
                SyncReason.POLICY_DENIED.code(),
                denied.sentence(refused.what()));
        Json.Builder detail = Json.object()
                .put("policy", denied.policy())
                .put("rule", denied.rule().word())
                .put("agents", refused.agents());
        origin.ifPresent(from -> detail.put("commit", from.revision().commit()));
        audit.append(handle, AuditEvent.policy(clock.instant(), Who.HUB, what).with(detail.build()));
    }
}
