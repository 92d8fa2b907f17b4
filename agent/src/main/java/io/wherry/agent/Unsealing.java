package io.wherry.agent;

import io.wherry.agent.reconcile.Deployments;
import io.wherry.agent.secrets.SecretFolder;
import io.wherry.agent.secrets.SecretOpener;
import io.wherry.agent.secrets.Secrets;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateFolder;
import io.wherry.base.Causes;
import io.wherry.contract.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Fills the folder in memory with the secrets of everything that runs here, from the state folder alone: after a start of the machine, before the engine
 * starts containers that mount them. Asks neither hub nor clock nor engine.
 */
public final class Unsealing {
    private Unsealing() {}

    /**
     * What came of it.
     *
     * @param written  {@code STACK/SECRET} of those that were missing or differed
     * @param problems one sentence each; the other stacks have theirs
     */
    public record Unsealed(SortedSet<String> written, List<String> problems) {
        public Unsealed {
            problems = List.copyOf(problems);
        }
    }

    /** For an agent that does not run: takes the folder's lock for a moment. @throws StateException as at a start */
    public static Unsealed of(Path data, AgentConfig config) {
        Membership membership = Membership.require(data);
        try (StateFolder folder = StateFolder.open(data, membership.name())) {
            DurableStore store = new DurableStore(folder);
            SecretFolder files = folder(config, membership);
            Deployments deployments = new Deployments(folder, new BlobStore(folder), files::base);
            return fill(Journal.open(folder, store), deployments, secrets(files, membership, folder, store));
        }
    }

    static SecretFolder folder(AgentConfig config, Membership membership) {
        return new SecretFolder(
                config.secrets().folder(),
                membership.agentId(),
                config.secrets().onDisk());
    }

    private static Secrets secrets(SecretFolder files, Membership membership, StateFolder folder, DurableStore store) {
        return secrets(files, membership, DeviceKeys.open(folder), Runtimes.hashKey(folder, store));
    }

    static Secrets secrets(SecretFolder files, Membership membership, DeviceKeys keys, byte[] hashKey) {
        return new Secrets(files, opener(membership, keys), hashKey);
    }

    static SecretOpener opener(Membership membership, DeviceKeys keys) {
        return new SecretOpener(membership.trustDomain(), membership.agentId(), keys.sealing());
    }

    /** Everything that may run: what is last good, and what is in the middle of its way. */
    static Unsealed fill(Journal journal, Deployments deployments, Secrets secrets) {
        SortedSet<String> written = new TreeSet<>();
        List<String> problems = new ArrayList<>();
        for (StackRecord record : journal.all()) {
            for (Entry entry : running(record)) {
                try {
                    secrets.place(record.stack(), deployments.of(entry).secrets())
                            .forEach(name -> written.add(entry.name() + "/" + name));
                } catch (IOException | RuntimeException e) {
                    // Whatever is wrong with one stack: the others shall have their secrets.
                    problems.add("stack " + entry.name() + ": " + Causes.words(e));
                }
            }
        }
        return new Unsealed(written, problems);
    }

    private static Set<Entry> running(StackRecord record) {
        Set<Entry> entries = new LinkedHashSet<>();
        record.good().map(StackRecord.Good::entry).ifPresent(entries::add);
        record.work()
                .entry()
                .filter(entry -> record.step().inTheMiddle() && entry.bundle().isPresent())
                .ifPresent(entries::add);
        entries.removeIf(entry -> entry.sealedSecrets().isEmpty());
        return entries;
    }
}
