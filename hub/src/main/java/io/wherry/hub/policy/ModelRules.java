package io.wherry.hub.policy;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import io.wherry.contract.policy.ComposePolicy;
import io.wherry.contract.policy.ModelPolicy;
import io.wherry.contract.policy.Preset;
import io.wherry.contract.policy.Rule;
import io.wherry.contract.policy.Violation;
import io.wherry.contract.policy.WorkloadPolicy;
import io.wherry.hub.policy.Decision.Denied;
import io.wherry.hub.resource.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a policy denies of a model. Of the host it asks what the sites' own policy of the preset {@code baseline} asks, in the same words. */
final class ModelRules {
    private static final WorkloadPolicy STRICT = WorkloadPolicy.of(Preset.BASELINE);
    private static final Set<Rule> HOST_PATHS = Set.of(Rule.HOST_PATH, Rule.DOCKER_SOCKET, Rule.AGENT_STATE);

    private ModelRules() {}

    static Optional<Denied> denied(Policy policy, Json.Obj model) {
        Policy.Deny deny = policy.deny();
        return (deny.rawSecrets() ? rawSecrets(policy, model) : Optional.<Denied>empty())
                .or(() -> host(policy, deny.privileged(), PolicyRule.PRIVILEGED, Set.of(Rule.PRIVILEGED), model))
                .or(() -> host(policy, deny.hostPaths(), PolicyRule.HOST_PATHS, HOST_PATHS, model))
                .or(() -> host(policy, deny.capabilities(), PolicyRule.CAPABILITIES, Set.of(Rule.CAPABILITY), model));
    }

    /** Those of {@code secretRefs} and the logins for registries stand elsewhere in the model, and without their values. */
    private static Optional<Denied> rawSecrets(Policy policy, Json.Obj model) {
        List<String> raw = new ArrayList<>();
        Stream.concat(
                        objects(model, "objects"),
                        objects(model, "hooks").flatMap(hook -> hook.findObject("object").stream()))
                .filter(ModelRules::isSecretWithValues)
                .forEach(object -> raw.add(ObjectName.of(object, "").toString()));
        return raw.isEmpty()
                ? Optional.empty()
                : Optional.of(new Denied(
                        policy.name(),
                        PolicyRule.RAW_SECRETS,
                        "values of secrets stand in its files: " + PolicyJudge.named(raw),
                        "take them out of there, and give them by secretRefs"));
    }

    private static Stream<Json.Obj> objects(Json.Obj model, String key) {
        return model.find(key).isPresent() ? model.objects(key).stream() : Stream.empty();
    }

    private static boolean isSecretWithValues(Json.Obj object) {
        return object.findString("kind").equals(Optional.of("Secret"))
                && object.findString("apiVersion").equals(Optional.of("v1"))
                && Stream.of("data", "stringData")
                        .anyMatch(key -> object.find(key).orElse(new Json.Null()) instanceof Json.Obj values
                                && !values.fields().isEmpty());
    }

    private static Optional<Denied> host(
            Policy policy, boolean denied, PolicyRule rule, Set<Rule> rules, Json.Obj model) {
        if (!denied) {
            return Optional.empty();
        }
        List<String> found = ModelPolicy.violations(STRICT, model, ComposePolicy.Site.UNKNOWN).stream()
                .filter(violation -> rules.contains(violation.rule()))
                .map(ModelRules::who)
                .toList();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new Denied(policy.name(), rule, PolicyJudge.named(found), "take it out of the files"));
    }

    /** Without what its site would have to write: here that is not asked. */
    private static String who(Violation violation) {
        int preset = violation.detail().indexOf("; preset ");
        return preset < 0 ? violation.detail() : violation.detail().substring(0, preset);
    }
}
