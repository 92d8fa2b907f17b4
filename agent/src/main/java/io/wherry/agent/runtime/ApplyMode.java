package io.wherry.agent.runtime;

/** Why an apply happens, and so what it may touch. */
public enum ApplyMode {
    /** A new generation: what it asks for differently is replaced; drift on the way is repaired too. */
    FULL,
    /** Same generation: repairs drift only. */
    CORRECT,
    /** Everything is made anew, whether it differs or not. */
    ALWAYS
}
