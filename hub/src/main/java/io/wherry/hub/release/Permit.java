package io.wherry.hub.release;

/** What became of content that shall run, or of a stack that shall go. */
public sealed interface Permit {
    /** It may be offered. */
    record Granted(IssuedRelease release) implements Permit {}

    /** The hub alone may not say so: people have to sign it first. */
    record Awaited(WaitingRelease release) implements Permit {}
}
