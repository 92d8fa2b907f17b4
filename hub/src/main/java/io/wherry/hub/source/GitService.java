package io.wherry.hub.source;

/** What a Git server does over HTTP: it has an address and two media types for each, called after Git's program. */
enum GitService {
    FETCH("git-upload-pack"),
    PUSH("git-receive-pack");

    private final String program;

    GitService(String program) {
        this.program = program;
    }

    String program() {
        return program;
    }
}
