package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonPointer;
import java.util.ArrayList;
import java.util.List;

/** What of a stack's differences counts, and whose additions are taken back. Immutable; one per deployment. */
public final class DriftRules {
    /** What every stack takes back: all that kubectl does under its own name, and what was there before owners were kept. */
    private static final List<String> BY_HAND = List.of("kubectl*", "before-first-apply");

    /** A pattern that would take these back would fight the cluster itself. */
    private static final List<String> NEVER_BY_HAND =
            List.of(Managed.OURS, "kube-controller-manager", "kube-scheduler", "kubelet", "kube-apiserver");

    /** Written at creation or by the last change, and different in every generation: never drift. */
    private static final Pointers OUR_MARKS = Pointers.of(List.of(
            JsonPointer.parse("/metadata/annotations/wherry.io~1bundle"),
            JsonPointer.parse("/metadata/annotations/wherry.io~1generation")));

    /**
     * {@code kubectl rollout restart} is an act, not a state: taking it back would start everything a second time. And who tells this agent on the cluster
     * never to delete an object is not to find that word gone.
     */
    private static final Pointers ACTS = Pointers.of(List.of(
            JsonPointer.parse("/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt"),
            JsonPointer.parse("/metadata/annotations/wherry.io~1prune")));

    /** More of either is a mistake in the file. */
    private static final int MAX_ENTRIES = 1000;

    private final List<IgnoredDifference> ignored;
    private final List<String> takeBack;
    private final byte[] hashKey;
    private final boolean autoscaled;

    private DriftRules(List<IgnoredDifference> ignored, List<String> takeBack, byte[] hashKey, boolean autoscaled) {
        this.ignored = List.copyOf(ignored);
        this.takeBack = List.copyOf(takeBack);
        this.hashKey = hashKey.clone();
        this.autoscaled = autoscaled;
    }

    /** The same for an object whose replicas an autoscaler sets: what a person set them to in between is the autoscaler's to change. */
    public DriftRules whereAutoscaled() {
        return new DriftRules(ignored, takeBack, hashKey, true);
    }

    /** Whether a person, and nobody else since, has set the replicas of an object by {@code kubectl scale}. */
    public boolean isScaledByHand(Json.Obj live) {
        List<Managed> all = Managed.of(live);
        return all.stream().anyMatch(managed -> managed.isScale() && isByHand(managed))
                || Undeclared.isScaledToNothing(live, all);
    }

    /** Whether what came through {@code kubectl scale} counts as added by hand. */
    boolean takesScaleBack() {
        return !autoscaled;
    }

    /**
     * Reads {@code ignoreDifferences} and {@code takeBack} of a model.
     *
     * @param hashKey of this agent alone: values of secrets are shown as a hash under it
     * @throws JsonException naming the place, like {@code ignoreDifferences[1].pointer: …}
     */
    public static DriftRules parse(Json.Obj model, byte[] hashKey) {
        List<Json.Obj> entries = model.objects("ignoreDifferences");
        List<String> patterns = new ArrayList<>(BY_HAND);
        patterns.addAll(model.strings("takeBack"));
        if (entries.size() > MAX_ENTRIES || patterns.size() > MAX_ENTRIES) {
            throw new JsonException("ignoreDifferences, takeBack: " + entries.size() + ", " + patterns.size()
                    + " entries (expected: at most " + MAX_ENTRIES + ")");
        }
        List<IgnoredDifference> ignored = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            ignored.add(IgnoredDifference.parse("ignoreDifferences[" + i + "]", entries.get(i)));
        }
        for (int i = BY_HAND.size(); i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            NEVER_BY_HAND.stream()
                    .filter(manager -> matches(pattern, manager))
                    .findFirst()
                    .ifPresent(manager -> {
                        throw new JsonException("takeBack: " + pattern + " matches " + manager
                                + " (expected: field managers by which people work; the cluster's own are left alone)");
                    });
        }
        return new DriftRules(ignored, patterns, hashKey, false);
    }

    /** Whether what this manager added is taken back. */
    boolean isByHand(Managed managed) {
        return (managed.subresource().isEmpty() || (managed.isScale() && takesScaleBack()))
                && !managed.manager().equals(Managed.OURS)
                && takeBack.stream().anyMatch(pattern -> matches(pattern, managed.manager()));
    }

    /** What does not count in a declared object. */
    Pointers ignoredOf(Json.Obj object) {
        return Pointers.of(ignored.stream()
                        .filter(one -> one.covers(object))
                        .flatMap(one -> one.pointers().stream())
                        .toList())
                .plus(OUR_MARKS);
    }

    /** What does not count of what people added. */
    Pointers leftOf(Json.Obj object) {
        return ignoredOf(object).plus(ACTS);
    }

    /** The object with what may be secret taken out: as differences show it. */
    public Json shown(Json.Obj object) {
        return masked(object).value(List.of(), object);
    }

    Masked masked(Json.Obj object) {
        return new Masked(object, hashKey);
    }

    /** {@code *} stands for any characters. */
    private static boolean matches(String pattern, String manager) {
        String[] parts = pattern.split("\\*", -1);
        if (parts.length == 1) {
            return pattern.equals(manager);
        }
        String first = parts[0];
        String last = parts[parts.length - 1];
        if (!manager.startsWith(first)
                || manager.length() < first.length() + last.length()
                || !manager.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = manager.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = manager.indexOf(parts[i], at);
            if (found < 0 || found + parts[i].length() > end) {
                return false;
            }
            at = found + parts[i].length();
        }
        return true;
    }
}
