package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderOwnerTest {
    @TempDir
    Path folder;

    @Test
    void saysNothingOfAFolderOfItsOwn() throws IOException {
        assertThat(FolderOwner.another(folder, FolderOwner.ownUid(), "hub")).isEmpty();
    }

    @Test
    void namesBothUsers() throws IOException {
        int own = FolderOwner.ownUid();
        assertThat(FolderOwner.another(folder, own + 1, "hub")).hasValueSatisfying(said -> assertThat(said)
                .startsWith("owned by user id " + own + ", and this hub runs as user id " + (own + 1) + "; "));
    }

    /** A service could not start any more whose folder root was told to take. */
    @Test
    void rootIsToldToBeTheOwnerAndNotToTakeTheFolder() {
        assertThat(FolderOwner.fix(folder, 997, "wherry-hub", 0, "hub"))
                .isEqualTo("run it as its owner: runuser -u wherry-hub -- wherry-hub ...");
    }

    @Test
    void anybodyElseAndAnOwnerWithoutANameIsToldTheChange() {
        assertThat(FolderOwner.fix(folder, 0, "root", 997, "hub")).contains("chown -R 997 " + folder);
        assertThat(FolderOwner.fix(folder, 4242, "4242", 0, "hub")).contains("chown -R 0 " + folder);
    }
}
