package io.wherry.contract.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Asks a registry again while it is busy or starts anew: after the time that it says itself, else after one that doubles. */
public final class Patience {
    /** What lasts longer than these is told. */
    private static final int TRIES = 4;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Pause pause;

    /** How time passes. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /** One question to a registry, or one thing given to it: may be made twice. */
    @FunctionalInterface
    public interface Step<T> {
        T take() throws IOException;
    }

    /** The same without an answer. */
    @FunctionalInterface
    public interface Action {
        void take() throws IOException;
    }

    public Patience(Pause pause) {
        this.pause = pause;
    }

    /** @throws RegistryException the last one: of a registry that stays busy, that asks for more time, or that would say the same again */
    public <T> T with(Step<T> step) throws IOException {
        for (int tried = 1; ; tried++) {
            try {
                return step.take();
            } catch (RegistryException e) {
                Optional<Duration> again = e.again();
                if (tried == TRIES || again.isEmpty() || again.get().compareTo(LONGEST_PAUSE) > 0) {
                    throw e;
                }
                pause(again.get().multipliedBy(1L << (tried - 1)), e);
            }
        }
    }

    /** @throws RegistryException as {@link #with} */
    public void run(Action action) throws IOException {
        with(() -> {
            action.take();
            return true;
        });
    }

    private void pause(Duration time, RegistryException why) throws RegistryException {
        try {
            pause.of(time.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why.addSuppressed(e);
            throw why;
        }
    }
}
