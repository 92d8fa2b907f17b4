package io.wherry.hub.release;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Dsse;
import io.wherry.contract.Envelope;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import io.wherry.contract.StackId;
import io.wherry.contract.verify.Signatures;
import io.wherry.hub.release.WaitingRepository.Row;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Releases that the hub may not sign by itself: what waits, whose signatures came, and when there are enough.
 *
 * <p>What waits is in no table that agents are served from; it moves there with its signatures, in one transaction. A counter that was given
 * to a release which waits is never given again, also if something newer took its place: somebody may have signed it.
 */
public final class Approvals {
    private final SigningKeys keys;
    private final InstantSource clock;

    Approvals(SigningKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** What became of a signed envelope that somebody brought. */
    public sealed interface Judged {
        /** @param fresh signatures that were not here yet, by key id; may be none */
        record Good(WaitingRelease release, Map<String, byte[]> fresh) implements Judged {}

        /** Nothing of it is taken. */
        record Refused(ApprovalReason reason, String detail) implements Judged {}
    }

    /** The role of the approvers of an environment; empty where the hub signs by itself. */
    public Optional<Role> approvers(String environment) {
        return Optional.of(keys.role(environment)).filter(role -> !keys.signsAlone(role));
    }

    /** What waits of a stack, oldest first. */
    public List<WaitingRelease> waiting(Handle handle, StackId stack) {
        return WaitingRepository.ofStack(handle, stack).stream()
                .filter(row -> !row.replaced())
                .flatMap(row -> waiting(handle, row).stream())
                .toList();
    }

    /** One whose environments have come to differ in who signs for them waits for nobody: the next turn makes others. */
    private Optional<WaitingRelease> waiting(Handle handle, Row row) {
        List<Role> roles = keys.roles(row.release().environments());
        if (roles.size() != 1 || keys.signsAlone(roles.getFirst())) {
            return Optional.empty();
        }
        Role role = roles.getFirst();
        SortedMap<String, byte[]> signatures = new TreeMap<>(WaitingRepository.signatures(handle, row.digest()));
        signatures.keySet().retainAll(role.keyIds());
        return Optional.of(new WaitingRelease(
                row.release(),
                row.digest(),
                row.payload(),
                role,
                signatures,
                WaitingRepository.targets(handle, row.digest()),
                row.madeAt()));
    }

    Optional<WaitingRelease> find(Handle handle, StackId stack, Predicate<WaitingRelease> which) {
        return waiting(handle, stack).stream().filter(which).reduce((_, newer) -> newer);
    }

    /** Begins to wait for the approvers' signatures. */
    WaitingRelease begin(Handle handle, Release release, Role role, Collection<AgentId> targets) {
        byte[] payload = release.toStatement();
        Row row = new Row(release, Digest.of(payload), payload, false, clock.instant());
        WaitingRepository.add(handle, row, targets);
        WaitingRepository.trim(handle, release.stack(), release.counter());
        return new WaitingRelease(
                release, row.digest(), payload, role, new TreeMap<>(), Set.copyOf(targets), row.madeAt());
    }

    /** Lets agents have what is signed enough; ends the waiting. */
    IssuedRelease grant(Handle handle, WaitingRelease complete) {
        IssuedRelease issued = new IssuedRelease(
                complete.release(), complete.digest(), complete.envelope().toJson());
        ReleaseRepository.add(handle, issued, complete.payload(), clock.instant());
        WaitingRepository.remove(handle, complete.digest());
        return issued;
    }

    /** Content of the stack that a turn would place and that is not among the wanted waits no longer. */
    public void keep(Handle handle, StackId stack, Set<Digest> wanted) {
        replace(
                handle,
                stack,
                row -> row.release().kind() == Release.Kind.CONTENT
                        && !wanted.contains(row.digest())
                        && WaitingRepository.targets(handle, row.digest()).isEmpty());
    }

    /** What waits to be placed at any of these agents waits no longer: something else was asked for. */
    void replaceAt(Handle handle, StackId stack, Set<AgentId> agents) {
        replace(handle, stack, row -> WaitingRepository.targets(handle, row.digest()).stream()
                .anyMatch(agents::contains));
    }

    private static void replace(Handle handle, StackId stack, Predicate<Row> which) {
        WaitingRepository.ofStack(handle, stack).stream()
                .filter(row -> !row.replaced() && which.test(row))
                .forEach(row -> WaitingRepository.replace(handle, row.digest()));
    }

    /** Judges what somebody has signed: against the very bytes that wait, and the approvers that the newest trust root names. */
    public Judged judge(Handle handle, StackId stack, Envelope envelope) {
        Optional<WaitingRelease> found =
                find(handle, stack, waiting -> waiting.digest().equals(envelope.digest()));
        if (found.isEmpty() || !envelope.payloadType().equals(Dsse.PAYLOAD_TYPE)) {
            return new Judged.Refused(
                    ApprovalReason.APPROVAL_NOT_AWAITED, notAwaited(handle, stack, envelope.digest()));
        }
        WaitingRelease waiting = found.get();
        Map<String, byte[]> fresh = new HashMap<>();
        for (Envelope.Signature signature : envelope.signatures()) {
            Envelope alone = new Envelope(envelope.payloadType(), envelope.payload(), List.of(signature));
            Set<String> signer = Signatures.signers(alone, keys.root(), waiting.role());
            if (signer.isEmpty()) {
                return new Judged.Refused(
                        ApprovalReason.APPROVER_UNKNOWN,
                        "the signature with key id " + signature.keyId() + " is by none of the approvers of "
                                + String.join(", ", waiting.release().environments())
                                + ", or over another release (expected: "
                                + waiting.role().threshold() + " of "
                                + String.join(", ", waiting.role().keyIds()) + ")");
            }
            signer.stream()
                    .filter(keyId -> !waiting.signatures().containsKey(keyId))
                    .forEach(keyId -> fresh.putIfAbsent(keyId, signature.sig()));
        }
        return new Judged.Good(waiting, fresh);
    }

    private static String notAwaited(Handle handle, StackId stack, Digest digest) {
        boolean replaced = WaitingRepository.ofStack(handle, stack).stream()
                .anyMatch(row -> row.digest().equals(digest));
        if (replaced) {
            return "release " + digest + ": something newer of the stack took its place";
        }
        return ReleaseRepository.find(handle, digest).isPresent()
                ? "release " + digest + ": has all its signatures already"
                : "release " + digest + ": is none that this hub made for the stack";
    }

    /** Keeps signatures that were found good. Durable with the caller's transaction. */
    public void store(Handle handle, Judged.Good good) {
        good.fresh()
                .forEach((keyId, signature) ->
                        WaitingRepository.sign(handle, good.release().digest(), keyId, signature));
    }

    /** Agents at which a removal of the stack waits to be signed. */
    public Set<AgentId> leaving(Handle handle, StackId stack) {
        return waiting(handle, stack).stream()
                .filter(waiting -> waiting.release().kind() == Release.Kind.TOMBSTONE)
                .flatMap(waiting -> waiting.targets().stream())
                .collect(Collectors.toSet());
    }

    /** Whether anything waits that is placed at certain agents. */
    public boolean anyTargeted(Handle handle) {
        return WaitingRepository.anyTarget(handle);
    }

    /** A release that was signed for these agents alone. */
    public record Targeted(IssuedRelease release, Set<AgentId> agents) {
        public Targeted {
            agents = Set.copyOf(agents);
        }
    }

    /** What is signed enough and waits for nothing but to be placed at its agents; agents may have it from now on. */
    public List<Targeted> grantTargeted(Handle handle) {
        List<Targeted> granted = new ArrayList<>();
        for (StackId stack : WaitingRepository.stacks(handle)) {
            for (WaitingRelease waiting : waiting(handle, stack)) {
                if (waiting.complete() && !waiting.targets().isEmpty()) {
                    granted.add(new Targeted(grant(handle, waiting), waiting.targets()));
                }
            }
        }
        return granted;
    }
}
