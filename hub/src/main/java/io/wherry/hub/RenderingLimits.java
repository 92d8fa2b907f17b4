package io.wherry.hub;

import io.wherry.hub.db.Database;
import io.wherry.hub.render.worker.Confinement;
import io.wherry.hub.render.worker.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Under which restrictions this hub starts kustomize and helm, written down in its database: a service may do less than the person who asks {@code doctor}, who would find
 * out only for themselves.
 */
final class RenderingLimits {
    private static final String NAME = "renderingLimits";

    private RenderingLimits() {}

    /** Tries them out and writes down what holds; nothing where there is no program to start. */
    static void note(Database db) {
        if (List.of("kustomize", "kubectl", "helm").stream()
                .allMatch(program -> Programs.find(program).isEmpty())) {
            return;
        }
        String words = Confinement.here().words();
        db.run(handle -> handle.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", NAME, words));
    }

    /** What the hub wrote that ran last; empty if none did, or had nothing to start. */
    static Optional<String> noted(Path database) {
        return Database.look(database, handle -> handle.createQuery("SELECT value FROM meta WHERE name = ?")
                        .bind(0, NAME)
                        .mapTo(String.class)
                        .findOne())
                .flatMap(found -> found);
    }
}
