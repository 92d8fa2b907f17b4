package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

class SocketAccessTest {
    private static String cure(String group, String mode) {
        return SocketAccess.cure(
                Path.of("/run/docker.sock"), "wherry", "root", group, PosixFilePermissions.fromString(mode));
    }

    @Test
    void namesTheGroupToJoin() {
        assertThat(cure("docker", "rw-rw----"))
                .contains("user root, group docker, mode rw-rw----")
                .endsWith("restart the agent: usermod -aG docker wherry");
        assertThat(cure("engines", "rw-rw----")).endsWith("usermod -aG engines wherry");
    }

    @Test
    void makesTheSocketTheGroupsWhereNoGroupMayUseItAndNeverAdvisesToJoinRoot() {
        assertThat(cure("docker", "rw-------"))
                .contains("chmod 660 /run/docker.sock")
                .endsWith("usermod -aG docker wherry");
        assertThat(cure("root", "rw-rw----"))
                .contains("chgrp docker /run/docker.sock")
                .doesNotContain("-aG root");
    }

    @Test
    void looksAboveTheSocketWhereItCannotBeLookedAt() {
        assertThat(SocketAccess.denied(URI.create("unix:///nowhere/docker.sock"), "wherry"))
                .contains("permission denied", "user wherry", "namei -l /nowhere/docker.sock");
    }
}
