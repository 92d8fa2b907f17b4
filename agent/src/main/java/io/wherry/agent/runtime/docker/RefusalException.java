package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;

/** On the way something was found that would be the same tomorrow: a verdict on the content. */
final class RefusalException extends ReasonedException {
    RefusalException(RuntimeReason reason, String detail) {
        super(reason, detail);
    }
}
