package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes what runs of a Compose project back as a Compose file: the way of {@link ContainerSpec} backwards. What the image and the engine put in by
 * themselves is left out; the engine is asked what that is, by one container of each image that is never started.
 */
final class Exporter {
    /** The agent polls for nothing else meanwhile; an engine that is well shows a thousand containers in that time. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final DockerApi docker;
    private final Observed observed;
    private final long endNanos;

    /** @param observed as the engine shows it */
    Exporter(DockerApi docker, Observed observed) {
        this.docker = docker;
        this.observed = observed;
        this.endNanos = System.nanoTime() + LIMIT.toNanos();
    }

    /** Compose projects of the engine, by name. */
    Exported.Projects projects() {
        SortedMap<String, List<ObservedContainer>> byName = new TreeMap<>();
        observed.containers().stream()
                .filter(c -> !c.label(Labels.PROJECT).isEmpty() && !c.aside())
                .forEach(c -> byName.computeIfAbsent(c.label(Labels.PROJECT), name -> new ArrayList<>())
                        .add(c));
        List<Exported.Project> projects = new ArrayList<>();
        byName.forEach((name, containers) -> projects.add(new Exported.Project(
                name,
                containers.size(),
                (int) containers.stream().filter(ObservedContainer::running).count(),
                containers.stream()
                        .filter(c -> Adopted.hasOwner(c.labels()))
                        .findFirst()
                        .map(c -> observed.ownerOf(c.labels()))
                        .orElse("people"))));
        return new Exported.Projects(projects);
    }

    /** The project that was observed. */
    Exported project() {
        List<ObservedContainer> containers = observed.containers().stream()
                .filter(c -> observed.project().equals(c.label(Labels.PROJECT)))
                .filter(c -> !c.service().isEmpty() && !c.aside())
                .filter(c -> !c.label(Labels.ONE_OFF).equalsIgnoreCase("true"))
                .toList();
        if (containers.isEmpty()) {
            return new Exported.Refused(
                    RuntimeReason.PROJECT_MISSING,
                    "the engine has no container of a Compose project " + observed.project());
        }
        observed.containers().stream() // one that a crash left behind
                .filter(c -> c.label(Labels.COMPARES).equals(mark()))
                .forEach(c -> docker.discard(c.id()));
        ExportedProject project =
                new ExportedProject(observed, docker.info().findString("Name").orElse(""));
        SortedMap<String, SortedMap<Integer, Json.Obj>> inspections = new TreeMap<>();
        for (ObservedContainer one : containers) {
            requireTime();
            docker.inspect(one.id()).ifPresent(inspection -> inspections
                    .computeIfAbsent(one.service(), service -> new TreeMap<>())
                    .put(one.number(), inspection));
        }
        Map<String, Json.Obj> blanks = new HashMap<>();
        inspections.forEach((service, numbered) -> {
            SortedMap<Integer, Json.Obj> ofImage = new TreeMap<>();
            numbered.forEach((number, inspection) ->
                    ofImage.put(number, blanks.computeIfAbsent(inspection.string("Image"), this::blank)));
            project.add(service, numbered, ofImage);
        });
        return project.end();
    }

    private void requireTime() {
        if (System.nanoTime() - endNanos > 0) {
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_TIMEOUT,
                    "the engine did not show project " + observed.project() + " within " + LIMIT.toSeconds()
                            + " s. Ask again when it has less to do",
                    null);
        }
    }

    /** Another one than that of a stack which is being taken over meanwhile. */
    private String mark() {
        return observed.owner() + " export " + observed.project();
    }

    /** A container that says nothing but its image. */
    private Json.Obj blank(String imageId) {
        requireTime();
        try {
            return made(imageId, Json.object());
        } catch (EngineException e) {
            if (!e.words().toLowerCase(Locale.ROOT).contains("no command specified")) {
                throw e;
            }
            // The image says none, and without one the engine makes no container.
            Json.Obj commanded = made(imageId, Json.object().put("Cmd", List.of("none")));
            return commanded.with("Config", commanded.object("Config").with("Cmd", new Json.Null()));
        }
    }

    private Json.Obj made(String imageId, Json.Builder body) {
        String id = docker.create(
                observed.project() + ".wherry-blank-" + imageId.replaceAll("[^a-zA-Z0-9]", "_"),
                body.put("Image", imageId)
                        .put("Labels", Map.of(Labels.COMPARES, mark()))
                        .put("HostConfig", Json.object().build()) // without one the engine leaves its own defaults out
                        .build());
        try {
            return docker.inspect(id)
                    .orElseThrow(() -> new EngineException(404, "gone in the same moment", "inspect " + id));
        } finally {
            docker.discard(id);
        }
    }
}
