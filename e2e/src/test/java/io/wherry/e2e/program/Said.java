package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.util.List;

/**
 * What a command said, and how it ended.
 *
 * @param command as it was typed
 * @param out     its standard output: data
 * @param err     its standard error: progress, hints, errors
 */
record Said(String command, int exit, String out, String err) {

    /** What a person at the terminal sees of it, in a failing test too. */
    @Override
    public String toString() {
        return "$ " + command + "\n" + out + err + "exit code " + exit;
    }

    /** @throws AssertionError showing all of it if the command failed */
    Said ok() {
        assertThat(exit).as(toString()).isZero();
        return this;
    }

    /** For a command that says what is wrong on its standard output. */
    Said ended(ExitCode code) {
        assertThat(exit).as(toString()).isEqualTo(code.code());
        return withoutStackTrace();
    }

    /** A failure that helps: the code, and words that name the thing, the cause and what to do. Never a stack trace. */
    Said failed(ExitCode code, String... words) {
        assertThat(err).as(toString()).contains(words);
        return ended(code);
    }

    Said withoutStackTrace() {
        assertThat(out + err).as(toString()).doesNotContain("\tat ", "Exception");
        return this;
    }

    /** Its standard output as one JSON object. */
    Json.Obj json() {
        ok();
        return JsonReader.object(out.getBytes(UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }
}
