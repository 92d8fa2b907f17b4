package io.wherry.hub.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands of somebody who is logged in at a hub whose answers the test says. */
abstract class AtACannedHub {
    @TempDir
    Path folder;

    CannedHub hub;
    Cli cli;

    @BeforeEach
    void logIn() {
        hub = CannedHub.start(folder);
        cli = new Cli(folder).loggedIn(hub, folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }
}
