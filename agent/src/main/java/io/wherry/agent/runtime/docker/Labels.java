package io.wherry.agent.runtime.docker;

/** The labels on our objects: those of Docker Compose, so that its commands show our stacks, and our own. */
public final class Labels {
    static final String PROJECT = "com.docker.compose.project";
    static final String SERVICE = "com.docker.compose.service";
    static final String NUMBER = "com.docker.compose.container-number";
    static final String ONE_OFF = "com.docker.compose.oneoff";
    /** {@code docker compose ls} and {@code ps} pass over containers without it. */
    static final String CONFIG_HASH = "com.docker.compose.config-hash";

    static final String CONFIG_FILES = "com.docker.compose.project.config_files";
    static final String WORKING_DIR = "com.docker.compose.project.working_dir";
    static final String VERSION = "com.docker.compose.version";
    static final String IMAGE = "com.docker.compose.image";
    static final String DEPENDS_ON = "com.docker.compose.depends_on";
    static final String NETWORK = "com.docker.compose.network";
    static final String VOLUME = "com.docker.compose.volume";

    /** The version of Compose whose labels and names these are. */
    static final String COMPOSE_VERSION = "2.40.3";

    /** Trust domain and agent: an object with another owner is foreign. */
    public static final String OWNER = "io.wherry.owner";

    public static final String STACK = "io.wherry.stack";
    public static final String STACK_NAME = "io.wherry.stack-name";
    public static final String BUNDLE = "io.wherry.bundle";
    /** Of creation; never drift. */
    public static final String GENERATION = "io.wherry.generation";
    /** The restart policy as asked for: it is switched off while a container is set aside, and comes back from here. */
    static final String RESTART = "io.wherry.restart";

    /** Which containers it was made with, whose namespaces or volumes it uses: when one of those is another, it must be made anew. */
    static final String SHARES = "io.wherry.shares";

    /** What it runs after its start and before its stop, see {@link Hooks}. */
    static final String HOOKS = "io.wherry.hooks";

    /** Never on the engine: laid over a container that was taken over and is not as wanted, it says in what. */
    static final String DIFFERS = "io.wherry.differs";

    /** Whose comparison a container was made for that never runs: trust domain, agent, project. One that a crash left behind is known by it. */
    static final String COMPARES = "io.wherry.compares";

    private Labels() {}
}
