package io.wherry.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {
    @TempDir
    Path temp;

    @Test
    void answersOneLineWithOneLine() throws IOException {
        Path socket = temp.resolve("control.sock");
        try (ControlServer server = ControlServer.start(socket, ControlTest::answer)) {
            assertThat(server).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
            Json.Obj answer = ControlClient.ask(
                    socket, Json.object().put("command", "status").build());
            assertThat(answer.string("said")).isEqualTo("status");
            assertThatThrownBy(() -> ControlClient.ask(
                            socket, Json.object().put("command", "dance").build()))
                    .hasMessageContaining("dance");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void survivesAClientThatLeavesInTheMiddleAndASocketFileOfADeadAgent() throws IOException {
        Path socket = temp.resolve("control.sock");
        Files.createFile(socket);
        try (ControlServer server = ControlServer.start(socket, ControlTest::answer)) {
            assertThat(server).isNotNull();
            SocketChannel rude = SocketChannel.open(StandardProtocolFamily.UNIX);
            rude.connect(UnixDomainSocketAddress.of(socket));
            rude.close();
            assertThat(ControlClient.ask(
                                    socket,
                                    Json.object().put("command", "status").build())
                            .string("said"))
                    .isEqualTo("status");
        }
    }

    @Test
    void saysThatNobodyAnswers() {
        assertThatThrownBy(() -> ControlClient.ask(
                        temp.resolve("none.sock"), Json.object().build()))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("does not answer");
    }

    private static Json.Obj answer(Json.Obj request) {
        String command = request.string("command");
        if (!command.equals("status")) {
            throw new IllegalArgumentException("command: " + command + " (expected: status)");
        }
        return Json.object().put("said", command).build();
    }
}
