package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;

/** An image is not there and cannot be had now: surroundings. */
final class ImageException extends ReasonedException {
    ImageException(RuntimeReason reason, String detail) {
        super(reason, detail);
    }
}
