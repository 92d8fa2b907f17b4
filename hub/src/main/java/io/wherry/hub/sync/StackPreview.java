package io.wherry.hub.sync;

import io.wherry.base.Listed;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.bundle.Bundler;
import io.wherry.hub.policy.Candidate;
import io.wherry.hub.policy.Decision.Denied;
import io.wherry.hub.policy.PolicyJudge;
import io.wherry.hub.policy.Provenance;
import io.wherry.hub.render.PinnedImages;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.Rendering.Rendered;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.source.SourceTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a hub would make of a stack whose files are in a folder, for agents of which labels and variables are known and nothing else: what a pipeline asks before a
 * merge. Pure but for the programs that render charts and kustomizations.
 *
 * @param groups   of agents that get the same
 * @param refusals why agents would keep what they have, a sentence each
 */
public record StackPreview(List<Group> groups, List<String> refusals) {
    private static final String WHAT = "it";

    /** Stands for those that a hub would ask its registries for. */
    private static final Digest ANY = Digest.of(new byte[0]);

    private static final AgentId NOBODY = AgentId.parse("0".repeat(26));

    public StackPreview {
        groups = List.copyOf(groups);
        refusals = List.copyOf(refusals);
    }

    /** @param agents their names; none: whoever has no labels and variables of its own */
    public record Group(List<String> agents, Rendering rendering) {
        public Group {
            agents = List.copyOf(agents);
        }
    }

    /**
     * @param source   empty if it is not known: what policies say of references and signatures is not asked then
     * @param agents   whom the stack goes to; with none it is rendered for one without labels and variables
     * @param policies all that there are
     * @return empty if it cannot be rendered without an agent
     */
    public static Optional<StackPreview> of(
            Stack stack, Optional<Source> source, List<Agent> agents, List<Policy> policies, SourceTree tree) {
        List<Member> members =
                agents.stream().map(agent -> member(agent, policies)).toList();
        if (!members.isEmpty()) {
            return Optional.of(new Making(stack, source, tree).of(members));
        }
        Agent nobody = new Agent(Metadata.of("agent"), new TreeMap<>(), false);
        return stack.source().pathFor(nobody).equals(Optional.of(stack.source().path()))
                        && SiteValues.of(stack, nobody)
                                .objection(stack, "", new TreeSet<>())
                                .isEmpty()
                ? Optional.of(new Making(stack, source, tree).ofNobody(member(nobody, List.of())))
                : Optional.empty();
    }

    private static Member member(Agent agent, List<Policy> policies) {
        return new Member(
                NOBODY,
                agent,
                false,
                "",
                "",
                Set.of(),
                false,
                "",
                policies.stream()
                        .filter(policy -> policy.agentSelector().matches(agent))
                        .toList());
    }

    private record Making(Stack stack, Optional<Source> source, SourceTree tree, Map<String, List<String>> refused) {
        Making(Stack stack, Optional<Source> source, SourceTree tree) {
            this(stack, source, tree, new LinkedHashMap<>());
        }

        StackPreview of(List<Member> members) {
            members.stream()
                    .filter(member -> stack.source().pathFor(member.agent()).isEmpty())
                    .forEach(member ->
                            refuse(member, RenderGroup.outside(stack, member).detail()));
            List<Group> groups = new ArrayList<>();
            for (RenderGroup group : RenderGroup.of(stack, members, Optional.empty())) {
                Rendering rendering = group.render(stack, tree, Optional.empty());
                groups.add(new Group(group.members().stream().map(Member::name).toList(), rendering));
                if (rendering instanceof Rendered rendered) {
                    judge(group, rendered);
                }
            }
            return new StackPreview(
                    groups,
                    refused.entrySet().stream()
                            .map(one -> one.getKey() + ", at " + Listed.few(one.getValue()))
                            .toList());
        }

        /** What lies in the files alone. */
        StackPreview ofNobody(Member nobody) {
            Rendering rendering = RenderGroup.of(stack, List.of(nobody), Optional.empty())
                    .getFirst()
                    .render(stack, tree, Optional.empty());
            return new StackPreview(
                    List.of(new Group(List.of(), rendering)),
                    rendering instanceof Rendered rendered
                            ? tooLarge(rendered).stream().toList()
                            : List.of());
        }

        /** The contract's limits. */
        private static Optional<String> tooLarge(Rendered rendered) {
            try {
                Bundler.pack(rendered);
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of("it does not fit into a bundle: " + e.getMessage());
            }
        }

        private void judge(RenderGroup group, Rendered rendered) {
            Optional<String> tooLarge = tooLarge(rendered);
            if (tooLarge.isPresent()) {
                group.members().forEach(member -> refuse(member, tooLarge.get()));
                return;
            }
            Candidate candidate = candidate(rendered);
            for (Member member : group.members()) {
                SiteValues.of(stack, member.agent())
                        .objection(stack, member.name(), rendered.siteVariables())
                        .ifPresent(kept -> refuse(member, kept.detail()));
                if (PolicyJudge.decide(member.governedBy(), candidate) instanceof Denied denied) {
                    refuse(member, denied.sentence(WHAT));
                }
            }
        }

        private void refuse(Member member, String why) {
            refused.computeIfAbsent(why, _ -> new ArrayList<>()).add(member.name());
        }

        private Candidate candidate(Rendered rendered) {
            Rendered pinned = stack.images().resolveDigests()
                    ? PinnedImages.pin(
                            rendered,
                            PinnedImages.open(rendered).stream()
                                    .collect(Collectors.toMap(Function.identity(), _ -> ANY)))
                    : rendered;
            return new Candidate(provenance(), stack.format().word(), pinned.images(), pinned.model());
        }

        private Provenance provenance() {
            return source.map(known -> PolicyGate.provenance(
                            stack, known, known.follows(stack.source().ref())))
                    .orElseGet(() -> new Provenance("", true, new TreeSet<>(stack.sources()), Optional.empty(), true));
        }
    }
}
