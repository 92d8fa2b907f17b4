package io.wherry.e2e.docker;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.contract.json.YamlWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One case of the corpus on one engine. A case with a second file {@code then.yaml} brings that up over the first. Three questions:
 *
 * <ol>
 *   <li>Do renderer and agent bring up what {@code docker compose up} brings up? What {@code docker inspect} shows of containers, networks and volumes is the same, and both
 *       make the same containers anew for the second version.
 *   <li>Does the agent take over what {@code docker compose up} made? Without a change, and with a second version what is made anew is what Compose makes anew.
 *   <li>Does what runs come back from the Compose file that is written of it?
 * </ol>
 *
 * @param project  what Compose and the agent bring up, one after the other
 * @param versions its files, in order
 * @param runtime  an agent's that all cases of the engine share
 */
record CorpusCase(Path file, ComposeProject project, List<String> versions, DockerRuntime runtime) {
    /** What changes there is nothing of a container, or nothing that this engine keeps: Compose makes it anew nevertheless, and we need not. */
    private static final Set<String> UNSEEN =
            Set.of("change-blkio.txtar", "change-deploy-labels.txtar", "change-priority.txtar", "platform.txtar");

    /** There Compose carries a volume along that the engine mounts a tmpfs over. Who brings up what was written down has none: the case, and how such differences begin. */
    private static final Map<String, String> COVERED =
            Map.of("change-image-volume.txtar", "change-image-volume-forgets-1 compose: ");

    /**
     * @param problems a line each
     * @param refused  why what runs could not be written down; empty where it was, or was not asked for
     */
    record Outcome(List<String> problems, String refused) {}

    /** @param temp in which it gets a folder of its own */
    static CorpusCase unpack(Path file, String prefix, Path temp, TestEngine engine, DockerRuntime runtime)
            throws IOException {
        String name = prefix + String.valueOf(file.getFileName()).replace(".txtar", "");
        Path folder = Files.createTempDirectory(temp, name);
        ComposeProject project = new ComposeProject(name, folder, folder, engine);
        return new CorpusCase(file, project, project.unpack(file), runtime);
    }

    String name() {
        return String.valueOf(file.getFileName());
    }

    /**
     * @param changed whether a case of two versions is taken over too: Compose brings its first one up once more for that
     * @param back    whether what runs is written down, and brought up from that
     */
    Outcome outcome(boolean changed, boolean back) {
        List<String> problems = new ArrayList<>();
        String refused = "";
        try {
            List<Inspected> theirs = theirs();
            Optional<Exported> exported = back ? Optional.of(runtime.export(project.name())) : Optional.empty();
            if (!Inspected.ids(project).equals(theirs.getLast().ids())) {
                problems.add("the question what runs has changed it");
            }
            if (changed || versions.size() == 1) {
                problems.addAll(takenOver(theirs));
            }
            project.clean();
            problems.addAll(broughtUp(theirs));
            if (exported.orElse(null) instanceof Exported.Refused(var reason, String detail)) {
                refused = reason.code() + ": " + detail;
            } else if (exported.isPresent()) {
                problems.addAll(comeBack(exported.get(), theirs.getLast()));
            }
        } catch (IOException | InterruptedException | AssertionError | RuntimeException e) {
            problems.add(e.toString());
        } finally {
            clean(problems);
        }
        return new Outcome(problems, refused);
    }

    /** What Compose makes of each version. */
    private List<Inspected> theirs() throws IOException {
        List<Inspected> theirs = new ArrayList<>();
        for (String version : versions) {
            project.up(version);
            theirs.add(Inspected.of(project));
        }
        return theirs;
    }

    private List<String> takenOver(List<Inspected> theirs) throws IOException, InterruptedException {
        boolean changes = versions.size() > 1;
        if (changes) {
            project.clean();
            project.up(versions.getFirst());
        }
        Map<String, String> before = Inspected.ids(project);
        Deployment deployment = project.deployment(versions.getLast(), 1).adopting(true);
        Application application;
        // An agent of its own, as at a site that had none.
        try (DockerRuntime agent = DockerRuntime.open(project.engine().settings(), InstantSource.system())) {
            application = agent.apply(deployment, ApplyMode.FULL);
        }
        if (!(application instanceof Application.Applied(var done))) {
            return List.of("taken over: " + application);
        }
        Set<String> kept = Inspected.kept(before, Inspected.ids(project));
        if (changes) {
            Set<String> wanted = theirs.getLast().kept(theirs.getFirst());
            boolean right = UNSEEN.contains(name()) ? kept.containsAll(wanted) : kept.equals(wanted);
            return right ? List.of() : List.of("taken over: kept " + kept + ", compose " + wanted + ": " + done);
        }
        boolean untouched = kept.equals(before.keySet())
                && done.stream().allMatch(change -> change.action() == Change.Action.WRITTEN);
        return untouched ? List.of() : List.of("taken over: kept " + kept + ": " + done);
    }

    /** Renders and applies each version, as hub and agent do. */
    private List<String> broughtUp(List<Inspected> theirs) throws IOException, InterruptedException {
        List<String> problems = new ArrayList<>();
        List<Inspected> ours = new ArrayList<>();
        for (String version : versions) {
            // The repository is the site's folder here, where the agent deletes what a release has no more.
            project.unpack(file);
            Deployment deployment = project.deployment(version, ours.size() + 1);
            apply(version, deployment);
            // One that has just been opened: what made a container does not look at it again for a while.
            try (DockerRuntime fresh = DockerRuntime.open(project.engine().settings(), InstantSource.system())) {
                fresh.diff(deployment)
                        .forEach(drift -> problems.add(version + ": drift right after the apply: " + drift));
            }
            ours.add(Inspected.of(project));
        }
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i);
            ours.get(i).differences(theirs.get(i)).forEach(line -> problems.add(version + ": " + line));
        }
        Set<String> kept = ours.getLast().kept(ours.getFirst());
        Set<String> wanted = theirs.getLast().kept(theirs.getFirst());
        if (!kept.equals(wanted)) {
            problems.add("kept over the change: compose " + wanted + ", wherry " + kept);
        }
        return problems;
    }

    /** What was written down is rendered in a folder that has nothing but that file. */
    private List<String> comeBack(Exported exported, Inspected wanted) throws IOException, InterruptedException {
        if (!(exported instanceof Exported.Model(var model, var notes))) {
            return List.of("come back: " + exported);
        }
        String yaml = YamlWriter.write(model);
        Path elsewhere = Files.createTempDirectory(project.folder().getParent(), project.name());
        ComposeProject back = new ComposeProject(project.name(), elsewhere, elsewhere, project.engine());
        back.write("compose.yaml", yaml);
        if (isWhatRuns(back)) {
            return List.of();
        }
        project.clean();
        apply(yaml, back.deployment("compose.yaml", 1));
        List<String> problems = Inspected.of(back).differences(wanted.withoutCarried()).stream()
                .filter(line -> !COVERED.containsKey(name()) || !line.contains(COVERED.get(name())))
                .map(line -> "come back: " + line)
                .collect(Collectors.toCollection(ArrayList::new));
        if (!problems.isEmpty()) {
            problems.add("come back: notes " + notes + "\n" + yaml);
        }
        return problems;
    }

    /** Whether nothing is made anew for it and nothing is left over, where what it was written of runs: then it need not be brought up to see what comes of it. */
    private boolean isWhatRuns(ComposeProject written) throws IOException, InterruptedException {
        Map<String, String> before = Inspected.ids(project);
        Deployment deployment = written.deployment("compose.yaml", versions.size() + 1);
        return runtime.apply(deployment, ApplyMode.FULL) instanceof Application.Applied
                && Site.done(runtime.commit(deployment)).leftovers().isEmpty()
                && Inspected.ids(project).equals(before);
    }

    private void apply(String what, Deployment deployment) throws IOException, InterruptedException {
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (!(application instanceof Application.Applied)) {
            throw new AssertionError(what + ": " + application);
        }
        Site.done(runtime.commit(deployment));
    }

    private void clean(List<String> problems) {
        try {
            project.clean();
        } catch (IOException e) {
            problems.add(e.toString());
        }
    }
}
