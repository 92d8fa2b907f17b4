package io.wherry.hub.cli;

import io.wherry.base.ExitCode;

/**
 * Nobody took the call, whoever did ended the connection without a word, or what stands before the hub answered in its place: a hub that is just
 * starting looks like that.
 */
final class HubAwayException extends CliException {
    HubAwayException(String message, String hint) {
        super(ExitCode.HUB_UNREACHABLE, message, hint);
    }
}
