package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.base.Listed;
import io.wherry.contract.AgentId;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.sync.TargetContent.Awaiting;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a stack's targets have, against what they should have. Pure.
 *
 * @param byBundle targets that can have their content, by bundle
 * @param news     those of them that do not have it yet
 * @param kept     targets that keep what they have, and why
 * @param awaiting targets that keep what they have until people have approved it
 * @param lost     entries of agents that no target names any longer
 */
record Proposal(
        Map<BundleRecord, List<Member>> byBundle,
        List<Member> news,
        Map<Member, Kept> kept,
        Map<Member, Awaiting> awaiting,
        List<PlacedEntry> lost) {

    /**
     * @param has     entries of this stack, by agent; also those that are gone
     * @param content what each member should have
     * @param current whether a member has exactly this content already
     */
    static Proposal of(
            StackInput input,
            Map<AgentId, PlacedEntry> has,
            Map<AgentId, TargetContent> content,
            Predicate<Member> current) {
        Map<BundleRecord, List<Member>> byBundle = new LinkedHashMap<>();
        List<Member> news = new ArrayList<>();
        Map<Member, Kept> kept = new LinkedHashMap<>();
        Map<Member, Awaiting> awaiting = new LinkedHashMap<>();
        for (Member member : input.members()) {
            switch (content.get(member.id())) {
                case Ready ready -> {
                    byBundle.computeIfAbsent(ready.bundle(), bundle -> new ArrayList<>())
                            .add(member);
                    if (!current.test(member)) {
                        news.add(member);
                    }
                }
                case Kept reason -> kept.put(member, reason);
                case Awaiting held -> awaiting.put(member, held);
                case null ->
                    throw new IllegalStateException(
                            "content: none for " + member.name() + " (expected: for every member)");
            }
        }
        List<PlacedEntry> lost = has.values().stream()
                .filter(entry -> entry.runs() && !input.holds(entry.agent()))
                .toList();
        return new Proposal(byBundle, news, kept, awaiting, lost);
    }

    /** Why a person must confirm what this would delete; names the first target. */
    Optional<String> objection(
            Map<AgentId, PlacedEntry> has,
            Map<AgentId, TargetContent> content,
            Function<PlacedEntry, SortedSet<String>> objects) {
        for (Member member : news) {
            PlacedEntry entry = has.get(member.id());
            if (entry != null && entry.runs() && content.get(member.id()) instanceof Ready ready) {
                Optional<String> objection = DeletionGuard.objection(
                        objects.apply(entry), ready.bundle().objects());
                if (objection.isPresent()) {
                    return Optional.of("at " + member.name() + ", " + objection.get());
                }
            }
        }
        return Optional.empty();
    }

    /** One sentence for people. */
    String change() {
        Set<String> names = new TreeSet<>();
        news.forEach(member -> names.add(member.name()));
        int targets = byBundle.values().stream().mapToInt(List::size).sum() + kept.size() + awaiting.size();
        return news.size() + " of " + Counted.of(targets, "target") + " would change: " + Listed.few(names);
    }
}
