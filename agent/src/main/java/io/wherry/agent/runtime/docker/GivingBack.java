package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.util.Optional;

/** Ends the taking over of what never ran as the stack's: people's containers are as they were found, and theirs again. May be repeated. */
final class GivingBack {
    private final DockerApi docker;
    private final AdoptedFile file;

    GivingBack(DockerApi docker, Deployment.Identity identity) {
        this.docker = docker;
        this.file = AdoptedFile.of(identity);
    }

    /** @param observed after everything else was undone */
    void run(Observed observed) throws IOException {
        Adopted adopted = file.read();
        for (ObservedContainer container : observed.current()) {
            Optional.ofNullable(adopted.containers().get(container.id())).ifPresent(found -> restore(container, found));
        }
        file.write(Adopted.NONE);
    }

    /** What an apply changes without making it anew. */
    private void restore(ObservedContainer container, Adopted.Container found) {
        Json.Obj policy = HostSection.restartPolicy(found.restart());
        boolean other = docker.inspect(container.id())
                .filter(now -> !Inspections.sameRestart(
                        policy, now.object("HostConfig").object("RestartPolicy")))
                .isPresent();
        if (other) {
            docker.update(container.id(), Applier.restartPolicy(found.restart()));
        }
        if (!container.name().equals(found.name())) {
            docker.rename(container.id(), found.name());
        }
        if (!found.ran() && container.running()) {
            docker.stop(container.id());
        }
    }
}
