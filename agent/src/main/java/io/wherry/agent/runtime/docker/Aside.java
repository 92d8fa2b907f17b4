package io.wherry.agent.runtime.docker;

/** Bringing back what was set aside. */
final class Aside {
    private Aside() {}

    /**
     * The name comes last: as long as the mark is there, a repetition knows that something was to be brought back, and whether it ran.
     *
     * @param restart the policy it had: {@code unless-stopped} …
     */
    static void bringBack(DockerApi docker, ObservedContainer aside, String name, String restart) {
        docker.update(aside.id(), Applier.restartPolicy(restart));
        if (Names.ranWhenSetAside(aside.name())) {
            docker.start(aside.id());
            if (!aside.running()) {
                new HookRunner(docker).afterReturn(aside);
            }
        }
        docker.rename(aside.id(), name);
    }
}
