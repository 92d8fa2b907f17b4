package io.wherry.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.cli.WherryAgent;
import io.wherry.base.ExitCode;
import io.wherry.base.Pipe;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Optional;

/** The program {@code wherry-agent}. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        LogFormat.quiet();
        Pipe pipe = new Pipe(new FileOutputStream(FileDescriptor.out));
        PrintWriter out = new PrintWriter(new OutputStreamWriter(pipe, UTF_8), true);
        int code = WherryAgent.run(out, arguments);
        out.flush();
        Optional<IOException> lost = pipe.failure();
        if (lost.isPresent()) {
            System.err.println("wherry-agent: standard output cannot be written: "
                    + lost.get().getMessage());
        }
        System.exit(lost.isPresent() && code == ExitCode.OK.code() ? ExitCode.FAILED.code() : code);
    }
}
