package io.wherry.agent.reconcile;

import io.wherry.contract.StackId;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a site of its own, and a stack for it. */
abstract class OnASite {
    final StackId shop = StackId.random(new SecureRandom());

    @TempDir
    Path temp;

    TestSite site;

    @BeforeEach
    void open() {
        site = new TestSite(temp.resolve("data"));
    }

    @AfterEach
    void close() {
        site.close();
    }
}
